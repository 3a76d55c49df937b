//===- TierRule.h - Whether fast code will do for now -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A late function is compiled fast first, without optimization, and then as it
// was asked for: its next call finds the better code. That is good for nothing
// where one call takes all the time, unless its loop can have the better code
// while it runs, and wrong where the program could tell.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_TIERRULE_H
#define REMOTERUN_JIT_CODEGEN_TIERRULE_H

namespace llvm {
class Function;
}

namespace remoterun::jit {

struct PlannedFunction;

/// What is to be had at once.
enum class FirstCode {
  Fast,
  Final, ///< As it was asked for.
  /// One call may take all the time in a loop. Fast, if all of its loops can
  /// have better code while they run, and final else.
  FastOfLoops,
  /// The same of a function that is called once, and too large for final code
  /// at once.
  FastOfSomeLoops,
  /// The same of loops that jump to labels as values, and are left when the
  /// program ends.
  FastOfInterpreters
};

/// For \p F, which is \p Planned and whose body is there.
FirstCode firstCodeOf(llvm::Function &F, const PlannedFunction &Planned);

} // namespace remoterun::jit

#endif
