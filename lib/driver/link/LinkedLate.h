//===- LinkedLate.h - Late code as it lies in its windows -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_LINKEDLATE_H
#define REMOTERUN_DRIVER_LINK_LINKEDLATE_H

#include "driver/compile/LateQueue.h"
#include "jit/base/ObjectBytes.h"
#include "jit/base/OnDemand.h"
#include "jit/cache/Checksum.h"
#include "jit/cache/CompilationCache.h"
#include "jit/link/BodySymbols.h"
#include "jit/link/LateLinker.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace remoterun::driver {

/// Late functions that are linked. For a program of the same LateTables they
/// can be put in their place again as they are.
struct LinkedLate {
  struct Body {
    LateQueue::Task Of;
    ExecutorAddr Address;
    /// The words that its loops look into; empty for none.
    ExecutorRange Loops = {};
  };
  std::vector<Body> Bodies; ///< What slots lead to.
  std::vector<jit::BodySymbol> Symbols;
  std::vector<jit::LateFunction> Functions; ///< All that is in the code.
  /// What is used of the windows for code, constants and the index. Views.
  static constexpr size_t WindowCount = 3;
  std::array<llvm::ArrayRef<uint8_t>, WindowCount> Windows;

  void store(const jit::CacheKey &Key, jit::CompilationCache &Cache) const;
};

/// What LinkedLate::store() has written, of which no more is read than is asked
/// for. It is believed no more than what arrives from another process.
class KeptLate {
public:
  /// What is kept under \p Key; nothing where it is not there, or of functions
  /// that a program of \p Functions does not have.
  static std::optional<KeptLate> find(const jit::CacheKey &Key,
                                      const jit::CompilationCache &Cache,
                                      size_t Functions);

  const std::vector<LinkedLate::Body> &bodies() const { return Bodies; }
  const std::vector<jit::BodySymbol> &symbols() const { return Symbols; }
  /// For who describes the program; none where there is no list of them. May
  /// outlive this.
  using FunctionList = jit::OnDemand<std::vector<jit::LateFunction>>;
  const std::shared_ptr<const FunctionList> &functions() const { return Names; }

  /// Bytes that are used of a window.
  uint64_t used(size_t Window) const { return Parts[Window].Size; }
  /// Gives \p Write what is used of the windows, by their numbers: piece by
  /// piece, each of which is as it was written. False where one is not; those
  /// before it have been given then.
  using Writer =
      llvm::function_ref<void(size_t, uint64_t, llvm::ArrayRef<uint8_t>)>;
  bool read(Writer Write) const;

private:
  /// Of the file: what is used of a window, and of each piece of that.
  struct Part {
    uint64_t Size = 0;
    std::vector<jit::Checksum> Sums;
  };

  explicit KeptLate(jit::KeyedStart Kept)
      : File(std::move(Kept.File)), Offset(Kept.Bytes.size()),
        Start(std::make_shared<jit::ObjectBytes>(std::move(Kept.Bytes))) {}
  bool decode(size_t FunctionCount);

  jit::OpenKeyedFile File;
  uint64_t Offset; ///< Of the first part.
  std::shared_ptr<const jit::ObjectBytes> Start;
  std::vector<LinkedLate::Body> Bodies;
  std::vector<jit::BodySymbol> Symbols;
  std::array<Part, LinkedLate::WindowCount> Parts;
  std::shared_ptr<const FunctionList> Names;
};

} // namespace remoterun::driver

#endif
