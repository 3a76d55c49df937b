//===- InputObjects.h - Objects and archives the user gave ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_INPUTOBJECTS_H
#define REMOTERUN_JIT_OBJECT_INPUTOBJECTS_H

#include "jit/object/ProgramObject.h"
#include "jit/object/ProgramSymbols.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Object/Archive.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

/// An object or archive that the user gave. It is read once: it may be a pipe,
/// and what is hashed shall be what is linked.
struct NativeFile {
  std::string Name; ///< As the user named it.
  std::shared_ptr<llvm::MemoryBuffer> Contents;
};

/// Reads \p Files. They may be mapped, so that others who write to a file
/// change what is linked, unless they are read \p ForGood.
Expected<std::vector<NativeFile>>
readNativeFiles(const std::vector<std::string> &Files, bool ForGood);

/// Of relocatable objects.
Expected<std::vector<ProgramObject>>
loadObjects(const std::vector<NativeFile> &Files, const llvm::Triple &Target);

/// Archives of which members are taken when something needs them.
class ArchiveSet {
public:
  static Expected<ArchiveSet> open(const std::vector<NativeFile> &Files);

  /// Whether some member defines \p Name.
  bool defines(llvm::StringRef Name) const { return Defined.contains(Name); }

  /// Adds to \p Objects and \p Symbols the members that define what is
  /// undefined, then those that these need, until nothing more can be had
  /// (System V "ar" symbol table; a weak reference takes no member).
  Expected<void> addNeededMembers(std::vector<ProgramObject> &Objects,
                                  ProgramSymbols &Symbols,
                                  const llvm::Triple &Target);

private:
  struct Member {
    size_t Archive;
    llvm::object::Archive::Child Child;
  };
  struct OpenArchive {
    std::string Name;
    std::shared_ptr<llvm::object::Archive> Archive; ///< Owns its bytes.
    /// Symbols and the members that define them, in the archive's order.
    std::vector<std::pair<std::string, Member>> Index;
  };

  /// Adds \p Wanted, which defines \p Name, if that is needed and the member
  /// was not added before; whether it did.
  Expected<bool> takeIfNeeded(const std::string &Name, const Member &Wanted,
                              std::vector<ProgramObject> &Objects,
                              ProgramSymbols &Symbols,
                              const llvm::Triple &Target);
  Expected<ProgramObject> load(const Member &Wanted,
                               const llvm::Triple &Target) const;

  std::vector<OpenArchive> Archives;
  llvm::StringSet<> Defined; ///< By any member.
  /// (archive, offset) of members already taken.
  std::vector<std::pair<size_t, uint64_t>> Taken;
};

} // namespace remoterun::jit

#endif
