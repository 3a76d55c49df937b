//===- ArchiveSet.h - Archives and what is taken from them ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_ARCHIVESET_H
#define REMOTERUN_JIT_OBJECT_ARCHIVESET_H

#include "jit/object/InputObjects.h"

#include "llvm/ADT/StringSet.h"

namespace remoterun::jit {

/// Archives of which members are taken when something needs them.
class ArchiveSet {
public:
  /// Adds an archive, behind those that are there; number \p Number of the
  /// native files.
  Expected<void> open(const NativeFile &File, uint32_t Number);
  size_t size() const { return Archives.size(); }

  /// Whether some member defines \p Name.
  bool defines(llvm::StringRef Name) const { return Defined.contains(Name); }

  /// From now on, what the shared library \p File defines is not taken from an
  /// archive.
  void passOver(const std::string &File);

  /// Adds to \p Program the members of archive number \p Number that define
  /// what is undefined, then those that these need, until the archive has
  /// nothing more to give (System V "ar" symbol table; a weak reference takes
  /// no member). Whether there was one.
  Expected<bool> takeFrom(size_t Number, LinkedInputs &Program);
  /// The same from all archives, since they may need one another.
  Expected<void> addNeededMembers(LinkedInputs &Program);
  /// What bitcode among the members defines, and nobody has taken or passed
  /// over.
  llvm::StringSet<> leftInBitcode() const;

private:
  struct Member {
    size_t Archive;
    llvm::object::Archive::Child Child;
    bool IsBitcode = false;
  };
  struct OpenArchive {
    std::string Name;
    uint32_t File; ///< Its number among the native files.
    SharedArchive Archive;
    /// Symbols and the members that define them, in the archive's order.
    std::vector<std::pair<std::string, Member>> Index;
  };

  Expected<void> indexByMembers(OpenArchive &Opened);
  Expected<void> indexBySymbolTable(OpenArchive &Opened);
  bool isTaken(const Member &Its) const;
  /// Adds \p Wanted, which defines \p Name, if that is needed and the member
  /// was not added before; whether it did.
  Expected<bool> takeIfNeeded(const std::string &Name, const Member &Wanted,
                              LinkedInputs &Program);

  std::vector<OpenArchive> Archives;
  llvm::StringSet<> Defined; ///< By any member.
  llvm::StringSet<> PassedOver;
  /// (archive, offset) of members already taken.
  std::vector<std::pair<size_t, uint64_t>> Taken;
};

} // namespace remoterun::jit

#endif
