//===- CommandLine.h - What is ours and what is the guest's -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_COMMANDLINE_H
#define REMOTERUN_TOOLS_COMMANDLINE_H

#include "remote-run/Failure.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace remoterun {

/// The command line in two halves.
struct CommandLine {
  /// Options, and values that are words of their own: those of
  /// $REMOTE_RUN_OPTIONS, then those that were given.
  std::vector<const char *> Own;
  std::string InputFile = "-";
  bool NamesInput = true; ///< Or else it is standard input by default.
  std::string Name; ///< The guest's argv[0], unless an option has another.
  std::vector<const char *> GuestArguments; ///< Behind argv[0].
  bool StartsAgain = false; ///< A program of ours executed itself.
  /// Where it did; empty for where it was started first.
  std::string Directory;

  /// The options of ours for which \p Wanted is true.
  std::vector<std::string> select(bool (*Wanted)(llvm::StringRef)) const;
};

/// Cuts the command line in two and has llvm::cl parse our half of it. Handles
/// --help and --version itself, by printing and exiting. Words live as long as
/// the process.
Expected<CommandLine> readCommandLine(int Count, char **Values);

/// What readCommandLine() has read, as an argv for a program with all targets'
/// code generators, with \p Option before the others. The environment and the
/// name that this program was called by are in it; that program looks at
/// neither.
std::vector<std::string> commandLineForOtherProgram(const std::string &Option);

/// The same as the beginning of an argv that starts the program \p File again,
/// to which the program's own is appended. \p Directory is where we are, and
/// \p Effects are options in the place of what the environment said.
std::vector<std::string>
commandLineToStartAgain(std::string Directory, std::vector<std::string> Effects,
                        std::string File);

} // namespace remoterun

#endif
