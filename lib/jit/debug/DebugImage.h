//===- DebugImage.h - The linked program, for debuggers ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld links what runs, and leaves out what describes it. This makes of
// all objects of the program one ELF file without code, as `objcopy
// --only-keep-debug` leaves it of an executable: the debug information, linked
// to executor addresses, the unwind tables, and the symbols. One for the whole
// program, because a debugger stops the process for each that is registered;
// and linked, because the relocations are a good part of the objects' bytes.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_DEBUGIMAGE_H
#define REMOTERUN_JIT_DEBUG_DEBUGIMAGE_H

#include "jit/link/ProgramRecord.h"

#include "llvm/ADT/SmallVector.h"

#include <functional>

namespace remoterun::jit {

/// The image of \p Program; it is to lie at \p Place, to which its unwind
/// tables are relative. What cannot be read of an object is left out; so are
/// late functions if it \p HasLate, but for their entries.
llvm::SmallVector<char, 0> makeDebugImage(const ProgramRecord &Program,
                                          ExecutorAddr Place,
                                          bool HasLate = false);

/// The same of a late function's \p Object, which \p Linked has come of. \p
/// Find tells where a symbol of the program is; null for none.
llvm::SmallVector<char, 0>
makeLateDebugImage(llvm::ArrayRef<char> Object, const LinkedObject &Linked,
                   const Isa &Target, ExecutorAddr Place,
                   std::function<ExecutorAddr(llvm::StringRef)> Find);

} // namespace remoterun::jit

#endif
