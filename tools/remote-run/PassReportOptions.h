//===- PassReportOptions.h - LLVM's own reports of passes -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_PASSREPORTOPTIONS_H
#define REMOTERUN_TOOLS_PASSREPORTOPTIONS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"

namespace remoterun::options {

/// Whether an option that was given as \p Argument, "-name" or "--name=value",
/// makes LLVM's passes report something; and whether it has them print what
/// they work on.
bool reportsPasses(llvm::StringRef Argument);
bool printsIR(llvm::StringRef Argument);

/// Puts those that people use into --help, in \p Category.
void showPassReports(llvm::cl::OptionCategory &Category);

} // namespace remoterun::options

#endif
