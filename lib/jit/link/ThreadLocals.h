//===- ThreadLocals.h - Native TLS of the program's objects -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What has become of the program's thread-local variables, and of the indices
// that stand for those of libraries, as sections come to have addresses.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_THREADLOCALS_H
#define REMOTERUN_JIT_LINK_THREADLOCALS_H

#include "jit/link/NearSymbols.h"
#include "jit/link/SectionMemory.h"
#include "jit/link/ThreadLocalLinker.h"

#include <optional>
#include <vector>

namespace remoterun::jit {

class ThreadLocals {
public:
  ThreadLocals() = default;
  explicit ThreadLocals(LinkedThreadLocals Linked)
      : Linked(std::move(Linked)) {}

  const LinkedThreadLocals &linked() const { return Linked; }
  /// A library's variable that code has in a way that only the dynamic linker
  /// can tell; empty for none.
  llvm::StringRef needsImage() const;
  bool hasDescriptors() const { return !Linked.Described.empty(); }
  /// Of executors for which IR is compiled to use descriptors.
  static constexpr llvm::StringLiteral DescribingName = "remote-run.descriptor";
  /// Has \p Function of the executor's find what descriptors describe, with the
  /// index of the same variable: the program is no image.
  void describeBy(ExecutorAddr Function) { DescriptorFunction = Function; }

  /// Fails if code takes a variable to be nowhere that \p IsOfLibrary.
  Expected<void>
  check(llvm::function_ref<bool(llvm::StringRef)> IsOfLibrary) const;

  /// Makes room for the indices of libraries' variables.
  void allocate(SectionMemory &Memory);
  /// Once sections have addresses: notes where those variables are, and gives
  /// their names in \p Addresses to their indices, which code refers to.
  void redirect(const SectionMemory &Memory, SymbolAddresses &Addresses);

  /// A library's \p Variable, which had no instance before, has one now.
  void found(llvm::StringRef Variable, ExecutorAddr Instance);

  /// Once sections have addresses: where code expects the index of the
  /// library's \p Variable; null for one that no code asks for.
  ExecutorAddr indexOf(llvm::StringRef Variable,
                       const SectionMemory &Memory) const;

  /// Once sections have addresses: the initial values.
  List<wire::Run::ThreadLocalImage> images(const SectionMemory &Memory) const;
  /// The indices that the executor has to fill.
  const List<wire::Run::LibraryThreadLocal> &indices() const { return Indices; }

  /// Where in the block the variables of sections are.
  using OffsetMap = LinkedThreadLocals::OffsetMap;
  const OffsetMap &offsets() const { return Linked.Offsets; }
  /// Of a variable; nothing for one that is nowhere in the block.
  std::optional<uint64_t> offsetOf(const JoinedPlace &Variable) const;

private:
  LinkedThreadLocals Linked;
  /// Of libraries' variables, of the main thread.
  std::vector<ExecutorAddr> Instances;
  size_t IndexSection = 0;         ///< Number of a synthetic section.
  ExecutorAddr DescriptorFunction; ///< Null where the dynamic linker has one.
  List<wire::Run::LibraryThreadLocal> Indices;
};

} // namespace remoterun::jit

#endif
