//===- CommandWords.h - A command as a shell reads it -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LAUNCH_COMMANDWORDS_H
#define REMOTERUN_CONTROLLER_LAUNCH_COMMANDWORDS_H

#include "remote-run/Failure.h"

#include <string>
#include <string_view>
#include <vector>

namespace remoterun::controller {

/// The words of \p Command as a POSIX shell sees them (XCU 2.2, "Quoting"), of
/// which nothing is expanded. Failures begin with \p Source, what it is the
/// value of: "--launcher".
Expected<std::vector<std::string>> splitCommand(std::string_view Command,
                                                std::string_view Source);

/// \p Word as it is written for a POSIX shell, to be one word there and that
/// one. A home directory in front ("~/", "~user/") is left to the shell.
std::string quotedWord(std::string_view Word);

} // namespace remoterun::controller

#endif
