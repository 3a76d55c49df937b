//===- TierRule.h - Whether fast code will do for now -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A late function is compiled fast first, without optimization, and then as it
// was asked for: its next call finds the better code. That is good for nothing
// where one call takes all the time, and wrong where the program could tell.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_TIERRULE_H
#define REMOTERUN_JIT_CODEGEN_TIERRULE_H

namespace llvm {
class Function;
}

namespace remoterun::jit {

struct PlannedFunction;

/// Whether \p F, which is \p Planned and whose body is there, is to have the
/// code that was asked for at once.
bool needsFinalCode(llvm::Function &F, const PlannedFunction &Planned);

} // namespace remoterun::jit

#endif
