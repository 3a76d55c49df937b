//===- InputObjects.h - Objects and archives the user gave ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_INPUTOBJECTS_H
#define REMOTERUN_JIT_OBJECT_INPUTOBJECTS_H

#include "jit/object/LinkInput.h"
#include "jit/object/ProgramObject.h"
#include "jit/object/ProgramSymbols.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Object/Archive.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

/// An input and its bytes. It is read once: it may be a pipe, and what is
/// hashed shall be what is linked.
struct NativeFile {
  LinkInput Input;
  std::shared_ptr<llvm::MemoryBuffer> Contents; ///< Null for a shared library.
  std::string Archive = {}; ///< Of a thin one's member, which is a file.
};

/// Reads \p Inputs; a whole thin archive becomes its members. They may be
/// mapped, so that others who write to a file change what is linked, unless
/// they are read \p ForGood.
Expected<std::vector<NativeFile>>
readNativeFiles(llvm::ArrayRef<LinkInput> Inputs, bool ForGood);

/// Of a relocatable object.
Expected<ProgramObject> loadObject(const NativeFile &File,
                                   const llvm::Triple &Target);

/// Of all members of an archive.
Expected<std::vector<ProgramObject>>
loadWholeArchive(const NativeFile &File, const llvm::Triple &Target);

/// Archives of which members are taken when something needs them.
class ArchiveSet {
public:
  /// Adds an archive, behind those that are there.
  Expected<void> open(const NativeFile &File);
  size_t size() const { return Archives.size(); }

  /// Whether some member defines \p Name.
  bool defines(llvm::StringRef Name) const { return Defined.contains(Name); }

  /// From now on, what the shared library \p File defines is not taken from an
  /// archive.
  void passOver(const std::string &File);

  /// Adds to \p Objects and \p Symbols the members of archive number \p Number
  /// that define what is undefined, then those that these need, until the
  /// archive has nothing more to give (System V "ar" symbol table; a weak
  /// reference takes no member). Whether there was one.
  Expected<bool> takeFrom(size_t Number, std::vector<ProgramObject> &Objects,
                          ProgramSymbols &Symbols, const llvm::Triple &Target);
  /// The same from all archives, since they may need one another.
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

  std::vector<OpenArchive> Archives;
  llvm::StringSet<> Defined; ///< By any member.
  llvm::StringSet<> PassedOver;
  /// (archive, offset) of members already taken.
  std::vector<std::pair<size_t, uint64_t>> Taken;
};

} // namespace remoterun::jit

#endif
