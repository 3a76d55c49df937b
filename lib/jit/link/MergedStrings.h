//===- MergedStrings.h - Equal strings have one address ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linker makes one of equal strings in sections of the flags SHF_MERGE and
// SHF_STRINGS (gABI, "Section Attribute Flags"), and programs compare addresses
// of literals. Here all strings stay where they are, so that a section has one
// place still; but what the program refers to is the first of those that are
// equal.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_MERGEDSTRINGS_H
#define REMOTERUN_JIT_LINK_MERGEDSTRINGS_H

#include "jit/link/OutputSections.h"

#include "llvm/ADT/CachedHashString.h"
#include "llvm/ADT/DenseMap.h"

#include <map>
#include <tuple>
#include <vector>

namespace remoterun::jit {

class MergedStrings {
public:
  /// A place in an input section, by its number.
  struct Place {
    size_t Input = 0;
    uint64_t Offset = 0;
  };

  /// Whether \p Section consists of strings that a linker merges.
  static bool areIn(const InputSection &Section);
  /// Notes the strings of \p Section, which must outlive this; \p Input is its
  /// number. Those of sections that are added first count.
  void add(size_t Input, const InputSection &Section);
  /// What stands for \p Where: the same in the first string that is equal to
  /// the one there.
  Place find(Place Where) const;

private:
  struct String {
    uint64_t Start = 0; ///< In its section.
    Place First;        ///< Of those that are equal to it.
  };
  using Group = llvm::DenseMap<llvm::CachedHashStringRef, Place>;
  /// By output section, flags, size of a character and alignment, in which
  /// strings must agree.
  std::map<std::tuple<size_t, uint64_t, uint64_t, uint64_t>, Group> Groups;
  llvm::DenseMap<size_t, std::vector<String>> StringsOf; ///< By input.
};

} // namespace remoterun::jit

#endif
