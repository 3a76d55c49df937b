//===- LlvmOptions.h - LLVM's own options that have no effect ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every part of LLVM that is linked brings its options with it, whether or not
// anything of it is ever run here. An option that would be ignored is refused.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LLVMOPTIONS_H
#define REMOTERUN_TOOLS_LLVMOPTIONS_H

#include "remote-run/Failure.h"

#include "llvm/ADT/ArrayRef.h"

namespace remoterun::options {

/// Fails for the first of \p Own, our half of the command line, that is an
/// option of LLVM's without effect, and says why. After llvm::cl has parsed.
Expected<void> refuseWithoutEffect(llvm::ArrayRef<const char *> Own);

/// Does what LLVM's --print-options and --print-all-options say, on standard
/// output, and fails with the exit status 0 if one was given.
Expected<void> printValuesIfAsked();

} // namespace remoterun::options

#endif
