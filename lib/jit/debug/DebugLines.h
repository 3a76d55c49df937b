//===- DebugLines.h - Addresses to lines of source --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_DEBUGLINES_H
#define REMOTERUN_JIT_DEBUG_DEBUGLINES_H

#include "controller/crash/CrashDescription.h"

#include "llvm/DebugInfo/DIContext.h"
#include "llvm/Object/ELFObjectFile.h"

#include <functional>
#include <memory>
#include <vector>

namespace remoterun::jit {

/// A file's debug information (DWARF).
class DebugLines {
public:
  /// The executor's address of a section of the file; 0 for none.
  using SectionAddresses =
      std::function<uint64_t(const llvm::object::SectionRef &)>;

  /// Of \p File, which must outlive this. \p Addresses is for relocatable
  /// objects, in which addresses would not be unique, and is null for others.
  DebugLines(const llvm::object::ELFObjectFileBase &File,
             const SectionAddresses &Addresses);
  ~DebugLines();

  /// The functions that \p Address, in section number \p Section of a
  /// relocatable object, belongs to, the innermost first: all but the last are
  /// inlined. Empty where the file does not say. Sets what of a frame comes
  /// from the source.
  std::vector<controller::CrashFrame> find(uint64_t Address,
                                           uint64_t Section) const;

private:
  std::unique_ptr<llvm::DIContext> Context;
};

} // namespace remoterun::jit

#endif
