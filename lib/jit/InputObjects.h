//===- InputObjects.h - Objects and archives the user gave ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_INPUTOBJECTS_H
#define REMOTERUN_JIT_INPUTOBJECTS_H

#include "jit/ProgramObject.h"
#include "jit/ProgramSymbols.h"

#include "llvm/Object/Archive.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

/// Reads relocatable objects.
Expected<std::vector<ProgramObject>>
loadObjects(const std::vector<std::string> &Files, const llvm::Triple &Target);

/// Archives of which members are taken when something needs them.
class ArchiveSet {
public:
  static Expected<ArchiveSet> open(const std::vector<std::string> &Files);

  /// Whether some member defines \p Name.
  bool defines(llvm::StringRef Name) const { return Members.contains(Name); }

  /// Adds to \p Objects and \p Symbols the members that define what is
  /// undefined, then those that these need, until nothing more can be had
  /// (System V "ar" symbol table; a weak reference takes no member).
  Expected<void> addNeededMembers(std::vector<ProgramObject> &Objects,
                                  ProgramSymbols &Symbols,
                                  const llvm::Triple &Target);

private:
  struct OpenArchive {
    std::string Name;
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::unique_ptr<llvm::object::Archive> Archive;
  };
  struct Member {
    size_t Archive;
    llvm::object::Archive::Child Child;
  };

  /// Adds the member that defines \p Name, unless it has been; whether it did.
  Expected<bool> take(const std::string &Name, bool IsCommon,
                      std::vector<ProgramObject> &Objects,
                      ProgramSymbols &Symbols, const llvm::Triple &Target);
  Expected<ProgramObject> load(const Member &Wanted,
                               const llvm::Triple &Target) const;

  std::vector<OpenArchive> Archives;
  /// Symbol to the first member that defines it.
  llvm::StringMap<Member> Members;
  /// (archive, offset) of members already taken.
  std::vector<std::pair<size_t, uint64_t>> Taken;
};

} // namespace remoterun::jit

#endif
