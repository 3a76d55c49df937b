//===- BitcodeInputs.h - IR among objects and in archives -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linker that optimizes takes bitcode wherever it takes an object, and from
// an archive what is needed of it. What belongs to the program has to be known
// before that is compiled; so the inputs are gone through twice, the first time
// by their symbols alone.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_BITCODEINPUTS_H
#define REMOTERUN_JIT_IR_BITCODEINPUTS_H

#include "jit/ir/InputFiles.h"
#include "jit/ir/Reachability.h"
#include "jit/object/InputObjects.h"

namespace remoterun::jit {

/// Bitcode that is part of a program.
struct BitcodeOfProgram {
  std::vector<InputFile> Files; ///< In the order in which a linker takes them.
  /// What the rest of the bitcode defines: wanted, in the end, if code
  /// generation calls it.
  std::vector<std::string> LeftOut;
};

/// What of \p Files is bitcode and belongs to the program that has the modules
/// \p Given and the roots \p Kept. Their rules must not be null.
Expected<BitcodeOfProgram>
findBitcode(llvm::ArrayRef<const llvm::Module *> Given,
            llvm::ArrayRef<NativeFile> Files, const Roots &Kept,
            const llvm::Triple &Target);

} // namespace remoterun::jit

#endif
