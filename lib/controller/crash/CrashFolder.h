//===- CrashFolder.h - What shows a failure of LLVM's again -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As clang leaves preprocessed source and a script when it crashes, so that
// somebody else can look for the fault.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_CRASHFOLDER_H
#define REMOTERUN_CONTROLLER_CRASH_CRASHFOLDER_H

#include <string>
#include <string_view>
#include <vector>

namespace remoterun::controller {

struct Reproducer {
  struct File {
    std::string Name;
    std::string_view Contents; ///< Lives as long as this may be written.
  };

  std::string Place; ///< Where the new folder is to be.
  std::vector<File> Files;
  /// Of a shell, to be run in the folder.
  std::string Command;
};

/// The script in the folder that runs the command.
inline constexpr std::string_view CrashScript = "command";

/// \p Words as a shell takes them: each that needs it is quoted.
std::string quotedForShell(const std::vector<std::string> &Words);

/// Writes \p What into a new folder that nobody else may read.
/// Async-signal-safe, and to be called once. Returns the folder, with a zero
/// behind it, which lives as long as the process; or nothing, if it could not
/// be written whole, and leaves nothing then.
std::string_view writeCrashFolder(const Reproducer &What);

/// Writes one more file into \p Folder; it is there whole, or not at all.
/// Async-signal-safe.
bool addToCrashFolder(std::string_view Folder, const char *Name,
                      std::string_view Contents);

} // namespace remoterun::controller

#endif
