//===- LookupMessages.h - Libraries and symbols -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The messages by which a controller learns what libraries have; see
// Messages.h.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_LOOKUPMESSAGES_H
#define REMOTERUN_WIRE_LOOKUPMESSAGES_H

#include "wire/Fields.h"

#include <cstdint>
#include <string_view>

namespace remoterun::wire {

/// Controller: libraries that the program is linked to, in this order. There is
/// no answer but Failed.
struct Load {
  static constexpr MessageType Type = MessageType::Load;
  enum class Kind : uint8_t {
    Path = 0, ///< The argument of dlopen.
    Name =
        1, ///< As in ld's -l: lib<name>.so in the directories, then dlopen's.
  };
  struct Library {
    Kind NamedBy = Kind::Path;
    std::string_view Text;

    static void fields(auto &M, auto &Each) { Each(M.NamedBy, M.Text); }
  };
  /// Open them at once, with dlopen(RTLD_GLOBAL). False: only find their files;
  /// LookupReply will tell what the program needs.
  bool LoadNow = true;
  List<std::string_view> Directories;
  List<Library> Libraries;

  static void fields(auto &M, auto &Each) {
    Each(M.LoadNow, M.Directories, M.Libraries);
  }
  Decoded<void> check() const;
};

/// What a name stands for, as far as its references need to know.
enum class SymbolKind : uint8_t {
  Missing = 0,
  Function = 1,
  Data = 2,
  ThreadLocal = 3,
  Own = 4, ///< Of the executor itself: only the address leads there.
};

/// Controller: asks for the address of every name, and which definitions of the
/// program's a library would use. Answered by LookupReply.
struct Lookup {
  static constexpr MessageType Type = MessageType::Lookup;
  struct Symbol {
    bool Weak = false; ///< May be missing, and no library is loaded for it.
    bool WantsSize = false; ///< LookupReply shall tell what kind it is.
    std::string_view Name;

    static void fields(auto &M, auto &Each) {
      Each(M.Weak, M.WantsSize, M.Name);
    }
  };
  /// False: only in the libraries that Load named.
  bool ProcessSymbols = true;
  /// Load every library that may be asked for, so that all that is found has an
  /// address. False: only tell what is missing, and load nothing.
  bool LoadNow = true;
  List<Symbol> Symbols;
  /// Names that the program defines and can do without, unless libraries refer
  /// to them. Of equal names the last counts.
  List<std::string_view> Spare;

  static void fields(auto &M, auto &Each) {
    Each(M.ProcessSymbols, M.LoadNow, M.Symbols, M.Spare);
  }
};

/// Executor: one answer per name asked for, in order.
struct LookupReply {
  static constexpr MessageType Type = MessageType::LookupReply;
  /// All texts of Needed, Versions and Directories take no more, in the
  /// payload.
  static constexpr uint32_t MostText = 1 << 20;
  static constexpr uint8_t MostAlignment = 16;

  struct Symbol {
    SymbolKind Kind = SymbolKind::Missing;
    /// Null where missing, or in a library that is not loaded.
    ExecutorAddr Address;
    uint64_t Size = 0; ///< Of a library's symbol, if it was wanted.
    /// Of a data object: the exponent of the power of two that its place is a
    /// multiple of, at most MostAlignment.
    uint8_t DataAlignment = 0;
    uint32_t Version = 0; ///< From 1, in Versions; 0 for none.

    static void fields(auto &M, auto &Each) {
      Each(M.Kind, M.Address, M.Size, M.DataAlignment, M.Version);
    }
  };
  /// A version of a library's definitions, as a reference to them names it
  /// (LSB, "Version Requirements").
  struct Version {
    std::string_view Library; ///< As the dynamic linker knows it.
    std::string_view Name;

    static void fields(auto &M, auto &Each) { Each(M.Library, M.Name); }
  };
  List<Symbol> Symbols;
  /// What the program has to name as DT_NEEDED, in this order.
  List<std::string_view> Needed;
  List<Version> Versions;
  /// Indices, ascending, of the spare names to which a library refers, so that
  /// Interpose would bind it to the program's definition.
  List<uint32_t> Referenced;
  /// Where the program has to have the dynamic linker search for what it names
  /// without a path (DT_RUNPATH).
  List<std::string_view> Directories;

  static void fields(auto &M, auto &Each) {
    Each(M.Symbols, M.Needed, M.Versions, M.Referenced, M.Directories);
  }
  Decoded<void> check() const;
};

} // namespace remoterun::wire

#endif
