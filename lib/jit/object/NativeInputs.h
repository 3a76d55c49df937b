//===- NativeInputs.h - Objects and archives beside the IR ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_NATIVEINPUTS_H
#define REMOTERUN_JIT_OBJECT_NATIVEINPUTS_H

#include "jit/object/ArchiveSet.h"

#include "llvm/ADT/ArrayRef.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// Files beside the IR that the user wants linked in.
class NativeInputs {
public:
  /// \p Rules must outlive the result.
  static Expected<NativeInputs> open(llvm::ArrayRef<NativeFile> Files,
                                     const llvm::Triple &Target,
                                     const SymbolRules &Rules);

  /// Whether an object, or a member of an archive, defines \p Name.
  Expected<bool> define(llvm::StringRef Name) const;
  /// Whether that is so, or an object needs \p Name.
  Expected<bool> mention(llvm::StringRef Name) const;
  bool archivesDefine(llvm::StringRef Name) const {
    return Archives.defines(Name);
  }
  /// Of the objects, which are read once.
  Expected<const ProgramSymbols *> symbols() const;

  /// Adds the objects, and the members of archives that are needed, to
  /// \p Program; the objects are used up.
  ///
  /// In the order of the command line, as GNU ld: an archive is searched once,
  /// where it stands, for what is undefined there; where a shared library comes
  /// first, its symbols are its own (GNU ld's manual, "-l namespec"). What is
  /// still undefined in the end is searched for in all archives again, as lld
  /// would have found it ("lld vs GNU ld: archive processing").
  Expected<void> linkInto(LinkedInputs &Program);
  /// The program's file, if it is an object: it stands before the IR of other
  /// files. It is not linked by linkInto() any more.
  std::optional<ProgramObject> takeMain();
  /// What bitcode defines that was not taken.
  llvm::StringSet<> leftInBitcode() const { return Archives.leftInBitcode(); }

private:
  /// An input: of objects and archives, the next one of theirs.
  struct Step {
    LinkInput::Kind What;
    std::string File;
    bool IfNeeded = false;
  };

  const SymbolRules *Rules = nullptr;
  std::vector<Step> Order;
  std::optional<LoadedMember> Main;
  std::vector<LoadedMember> Objects; ///< Members of whole archives among them.
  ArchiveSet Archives;
  mutable std::shared_ptr<const ProgramSymbols> OfObjects; ///< When asked for.
};

} // namespace remoterun::jit

#endif
