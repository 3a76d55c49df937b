//===- FunctionTable.h - What stands at an address --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's own table (SymbolizableObjectFile) takes addresses for unique, which
// they are not in a relocatable object: each of its sections starts at 0.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_FUNCTIONTABLE_H
#define REMOTERUN_JIT_DEBUG_FUNCTIONTABLE_H

#include "jit/base/ElfView.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// The functions and variables of a file's symbol table, by their places.
class FunctionTable {
public:
  /// A place: in a relocatable object, an offset in a section; in others, an
  /// address, and no section.
  struct Place {
    uint64_t Section = 0;
    uint64_t Offset = 0;
  };
  enum class Kind : uint8_t { Function, Variable };
  struct Found {
    llvm::StringRef Name; ///< As in the file, whose bytes must stay.
    uint64_t Offset = 0;  ///< From its start.
  };

  /// Of the symbol table, or of the dynamic linker's where there is no other.
  /// Empty for what is no ELF file.
  explicit FunctionTable(llvm::ArrayRef<char> File);

  std::optional<Found> find(Place Where, Kind Wanted) const;

private:
  struct Entry {
    Place Start;
    uint64_t Size = 0;
    Kind What = Kind::Function;
    llvm::StringRef Name;
  };
  template <typename ELFT> void read(const ElfView<ELFT> &View);
  /// \p Section is the number of the one that it is in.
  template <typename SymT>
  void add(const SymT &Symbol, llvm::StringRef Name, uint64_t Section,
           uint64_t Offset);

  bool IsRelocatable = false;
  std::vector<Entry> Entries; ///< Sorted by place.
};

} // namespace remoterun::jit

#endif
