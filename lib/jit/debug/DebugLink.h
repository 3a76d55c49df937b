//===- DebugLink.h - Where debuggers find more ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A debugger that attaches to a program finds what it is told of the program in
// the program's memory, and can ask nobody. So it finds the name of a file
// there (GDB's manual, "Debugging Information in Separate Files"), and the file
// is written when a debugger opens it: see LeasedFile.h.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_DEBUGLINK_H
#define REMOTERUN_JIT_DEBUG_DEBUGLINK_H

#include "jit/link/ProgramMap.h"

#include "llvm/ADT/SmallVector.h"

namespace remoterun::jit {

/// An image that says of \p Program no more than its segments, and that \p Path
/// has the rest. Empty for a program whose kind of ELF files is not made here.
llvm::SmallVector<char, 0> makeDebugLink(const ProgramMap &Program,
                                         llvm::StringRef Path);

/// Completes \p Image to be the file of the link. A debugger compares the
/// file's checksum with the link's, which was there first; but a file that ends
/// with its own CRC always has the same one.
void appendChecksum(llvm::SmallVector<char, 0> &Image);

} // namespace remoterun::jit

#endif
