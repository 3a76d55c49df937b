//===- ThreadLocalLinker.h - Places variables, rewrites code ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld knows thread-local storage on one ISA, and there only some of the
// instruction sequences that compilers emit. So the objects get no further than
// here with it: variables are placed in the executor's block, code is rewritten
// to the Local Exec model as a linker of executables does (ELF Handling For
// Thread-Local Storage, "Linker Relaxations"), and what is left for RuntimeDyld
// is a constant with the initial values.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_THREADLOCALLINKER_H
#define REMOTERUN_JIT_LINK_THREADLOCALLINKER_H

#include "jit/base/LlvmErrors.h"
#include "jit/link/JoinedProgram.h"
#include "jit/object/ProgramSymbols.h"
#include "wire/Messages.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace remoterun::jit {

/// Gives a block of at least so many bytes, so aligned, or one that cannot be.
using RoomForThreadLocals = llvm::function_ref<Expected<wire::ThreadLocalBlock>(
    uint64_t Size, uint64_t Alignment)>;

struct LinkedThreadLocals {
  /// Of a library's variable: __tls_get_addr's argument, which is a module's
  /// number and an offset, the offset from the thread pointer, and from the
  /// middle on the descriptor, two words; what is left keeps the next one
  /// aligned.
  static constexpr uint64_t IndexSize = 64;
  static constexpr int64_t OffsetInIndex = 16, DescriptorInIndex = 32;

  struct Image {
    SectionKey Section;
    uint64_t Size = 0;
    uint64_t Offset = 0; ///< In the block.
  };
  /// Where in the block the variables of a section are: by the object and the
  /// section's index in it.
  using OffsetMap = std::map<std::pair<size_t, uint64_t>, uint64_t>;

  OffsetMap Offsets;
  std::vector<Image> Images; ///< Of what is not all zeroes.
  /// Those that no object defines, to which code refers as to their index.
  std::vector<std::string> LibraryVariables;
  /// Those of them that code has by their offsets from the thread pointer, and
  /// by descriptors.
  std::set<std::string, std::less<>> InitialExec, Described;
  /// Where else such an offset has to stand, or a part of the index.
  struct Word {
    std::string Variable; ///< One that no object defines.
    JoinedPlace Place;
    ThreadLocalRule::Library What = ThreadLocalRule::Library::Word;
  };
  std::vector<Word> Words;
  /// Weak ones that no object defines, and what is wrong with code that can
  /// have none of a library if a library has one.
  std::map<std::string, Failure> Nowhere;
};

/// Places and patches the thread-local variables of \p Program. Fails for what
/// does not fit into \p Room and for code that cannot be rewritten, and tells
/// which of \p Inputs it is from. Code refers to the \p Indices of libraries'
/// variables as to data of their names.
Expected<LinkedThreadLocals>
linkThreadLocals(JoinedProgram &Program,
                 const std::vector<ProgramObject> &Inputs,
                 const ProgramSymbols &Symbols, const Isa &Target,
                 llvm::ArrayRef<std::string> Indices, RoomForThreadLocals Room);

} // namespace remoterun::jit

#endif
