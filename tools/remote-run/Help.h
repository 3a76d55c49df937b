//===- Help.h - What --help and --version print -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// llvm::cl sorts groups of options by the alphabet; a person first asks what
// can be linked and how it is run. What is said here once, the manual page and
// the completion of shells say, too: they read describeOptions().
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_HELP_H
#define REMOTERUN_TOOLS_HELP_H

#include "llvm/Support/raw_ostream.h"

namespace remoterun::options {

/// To standard output, in lines of at most 80 columns. \p All: with the rest of
/// LLVM's flags, as --help-hidden has it.
void printHelp(bool All);

/// For other programs, lines of fields with tabs between them:
///
///   group  <title>                             of the options that follow
///   option <name with dashes> <how> <value> <what it does>
///   text   <heading> <line>                    of what follows the options
///
/// How an option has its value is "=", "[=]" where it may be left out, "" where
/// the value follows at once, and "-" where there is none. The value is the
/// name of a kind, or the words that are possible with "|" between them.
void describeOptions(llvm::raw_ostream &OS);

void printVersion(llvm::raw_ostream &OS);

} // namespace remoterun::options

#endif
