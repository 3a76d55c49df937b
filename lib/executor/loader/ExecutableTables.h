//===- ExecutableTables.h - The executable's dynamic symbols ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_EXECUTABLETABLES_H
#define REMOTERUN_EXECUTOR_LOADER_EXECUTABLETABLES_H

#include "executor/base/Failure.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <link.h>
#include <span>

namespace remoterun::executor {

/// Pages that may be written until the end of this object's life, and have
/// their old protection then.
class WritablePages {
public:
  WritablePages() = default;
  WritablePages(WritablePages &&Other) noexcept;
  WritablePages &operator=(WritablePages &&) = delete;
  ~WritablePages();

  /// Makes the pages from \p Start to \p End writable, which are to have the
  /// protection \p Old again.
  Expected<void> add(uintptr_t Start, uintptr_t End, int Old);

private:
  struct Range {
    uintptr_t Start, End;
    int Old;
  };
  std::array<Range, 4> Ranges;
  size_t Count = 0;
};

/// Where the dynamic linker looks for what the executable defines: the symbol
/// table, by the hash table of the ELF gABI.
class ExecutableTables {
public:
  /// Fails where the executable was not linked for symbols to be added.
  static Expected<ExecutableTables> read();

  /// Makes room for \p Count entries more, which are all zero and have no
  /// version, and returns the number of the first.
  Expected<Elf_Symndx> makeRoom(size_t Count) const;
  /// Of those, and of the executable's own.
  ElfW(Sym) * symbolAt(Elf_Symndx Index) const;
  Elf_Symndx *chainAt(Elf_Symndx Index) const;

  /// Makes what leads to them writable: the buckets, and where the strings are.
  /// Of any page that may be executed it is refused.
  Expected<WritablePages> makeWritable() const;

  /// Has the dynamic linker take the names from here on.
  void moveStrings(const char *Moved, size_t Size) const;

  uintptr_t LoadBias = 0;
  ElfW(Sym) *Symbols = nullptr;
  Elf_Symndx SymbolCount = 0;
  const char *Strings = nullptr;
  size_t StringsSize = 0;
  std::span<Elf_Symndx> Buckets;
  Elf_Symndx *Chains = nullptr;   ///< One for each symbol.
  ElfW(Half) *Versions = nullptr; ///< The same; null for none.

private:
  ElfW(Half) * versionAt(Elf_Symndx Index) const;
  void readDynamicSection(ElfW(Dyn) * Entry);
  Expected<int> protectionOf(uintptr_t Page) const;
  Expected<void> makeWritable(WritablePages &Pages, const void *Start,
                              size_t Size) const;

  std::span<const ElfW(Phdr)> Segments;
  ElfW(Dyn) *StringsEntry = nullptr, *StringsSizeEntry = nullptr;
  /// Whether the dynamic section has addresses, and not distances from the
  /// load bias.
  bool HasAddresses = false;
};

} // namespace remoterun::executor

#endif
