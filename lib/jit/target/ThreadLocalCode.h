//===- ThreadLocalCode.h - Code for TLS at fixed offsets --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The linker relaxations of ELF Handling For Thread-Local Storage, and of the
// psABIs: code that finds out at run time where a thread-local variable is
// becomes code that knows. Each instruction set has its own relocations and
// sequences of instructions for it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_THREADLOCALCODE_H
#define REMOTERUN_JIT_TARGET_THREADLOCALCODE_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace remoterun::jit {

/// A relocation type of code for thread-local variables.
struct ThreadLocalRule {
  /// It is one; nothing else below holds where it is not.
  bool IsThreadLocal = false;
  /// It is of a sequence that another one completes with the variable.
  bool NeedsNoVariable = false;
  /// The relocation behind this one, or before it, is for the call of
  /// __tls_get_addr.
  bool HasCall = false;
  bool FollowsCall = false;
  /// What the code asks for if a library has the variable.
  enum class Library : uint8_t {
    Unknown,    ///< It is of an executable for its own variables.
    Index,      ///< Where the argument of __tls_get_addr is.
    Offset,     ///< Where the offset from the thread pointer is.
    Descriptor, ///< Where its descriptor is, which says whom to call.
    Word,       ///< It is where the offset stands, and the code elsewhere.
    ModuleWord, ///< The same of the number of its module,
    IndexWord,  ///< and of its offset in that.
    Nothing     ///< Nothing more; the instruction may have to be rewritten.
  } OfLibrary = Library::Unknown;
  /// Then, the type that RuntimeDyld sees.
  uint32_t AppliedAs = 0;
};

/// How compiled IR has a library's thread-local variable.
enum class LibraryAccess : uint8_t {
  Call,       ///< By a call of __tls_get_addr as of any other function.
  Descriptor, ///< By what the dynamic linker alone can write.
  Index       ///< By code that calls __tls_get_addr in the psABI's way.
};

/// How an instruction set reaches thread-local variables.
struct ThreadLocalCode {
  ThreadLocalRule (*Rule)(uint32_t Type);

  /// Rewrites the instructions at \p Offset in \p Code for a variable at
  /// \p Distance, addend included, from the thread pointer. False, and nothing
  /// is changed, where they are none that the psABI knows for \p Type, or the
  /// distance does not fit.
  bool (*MakeLocalExec)(llvm::MutableArrayRef<uint8_t> Code, uint64_t Offset,
                        uint32_t Type, int64_t Distance);

  /// Rewrites the instruction at \p Offset, which calls a function for the
  /// variable's offset from the thread pointer, to one that loads it. False
  /// where it is another; null where there are none such.
  bool (*MakeInitialExec)(llvm::MutableArrayRef<uint8_t> Code, uint64_t Offset,
                          uint32_t Type) = nullptr;

  /// The type of a word that is such a distance, where code can find that in a
  /// GOT (LinkRule::Value::OffsetEntry).
  uint32_t OffsetWord = 0;
  /// The same of an offset as __tls_get_addr takes it (IndexEntry).
  uint32_t IndexWord = 0;
  /// The same of the number of its module, of a library; 0 where the index of
  /// such a variable is elsewhere (LinkedThreadLocals).
  uint32_t ModuleWord = 0;

  /// Of what LLVM emits for a library's variable, what can be linked.
  LibraryAccess OfLibraries = LibraryAccess::Call;
};

} // namespace remoterun::jit

#endif
