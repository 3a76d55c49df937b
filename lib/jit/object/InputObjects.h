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

#include "llvm/Object/Archive.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace remoterun::jit {

/// An input and its bytes. It is read once: it may be a pipe, and what is
/// hashed shall be what is linked.
struct NativeFile {
  LinkInput Input;
  std::shared_ptr<llvm::MemoryBuffer> Contents; ///< Null for a shared library.
  std::string Archive = {}; ///< Of a thin one's member, which is a file.
};

/// IR among them, which is compiled before it is linked.
struct BitcodeInput {
  uint32_t File = 0;        ///< Its number among the native files.
  std::string Member;       ///< Of an archive; empty if it is all of the file.
  std::string Name;         ///< For diagnostics.
  std::string Archive;      ///< The file that it is a member of, if any.
  llvm::StringRef Contents; ///< In the file's memory.
};

/// Whether something of \p File, a member if that is an archive, is bitcode.
bool holdsBitcode(const NativeFile &File);

/// The name of a member for diagnostics: "lib.a(member.o)".
std::string nameOfMember(const std::string &Archive, llvm::StringRef Member);

/// Reads \p Inputs; a whole thin archive becomes its members. They may be
/// mapped, so that others who write to a file change what is linked, unless
/// they are read \p ForGood.
Expected<std::vector<NativeFile>>
readNativeFiles(llvm::ArrayRef<LinkInput> Inputs, bool ForGood);

/// An archive, which owns its bytes.
using SharedArchive = std::shared_ptr<llvm::object::Archive>;

/// Fails for what is damaged, and, if it \p NeedsSymbols, for one that has
/// members and no symbol table: nothing would ever be taken from it.
Expected<SharedArchive> openArchive(const NativeFile &File, bool NeedsSymbols);

/// An object of an archive, or bitcode.
using LoadedMember = std::variant<ProgramObject, BitcodeInput>;

/// What a link has taken so far.
struct LinkedInputs {
  std::vector<ProgramObject> &Objects;
  ProgramSymbols &Symbols;
  const llvm::Triple &Target;
  /// Before compilation, the bitcode that belongs to the program. Null after
  /// it: it is among the objects then, and what was not taken is left.
  std::vector<BitcodeInput> *Bitcode = nullptr;

  /// Adds \p Loaded; whether it was wanted.
  Expected<bool> take(LoadedMember Loaded);
};

/// \p Member of \p Archive, which is \p File, number \p Number of the native
/// files.
Expected<LoadedMember> loadMember(const std::string &File, uint32_t Number,
                                  const SharedArchive &Archive,
                                  const llvm::object::Archive::Child &Member,
                                  const llvm::Triple &Target);

/// \p File, a relocatable object or bitcode.
Expected<LoadedMember> loadObject(const NativeFile &File, uint32_t Number,
                                  const llvm::Triple &Target);

/// All members of an archive, which is number \p Number of the native files.
Expected<std::vector<LoadedMember>>
loadWholeArchive(const NativeFile &File, uint32_t Number,
                 const llvm::Triple &Target);

} // namespace remoterun::jit

#endif
