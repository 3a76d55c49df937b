//===- LauncherOptions.h - What stands in front of the executor -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LAUNCHEROPTIONS_H
#define REMOTERUN_TOOLS_LAUNCHEROPTIONS_H

#include "driver/settings/LaunchSettings.h"
#include "remote-run/Failure.h"

#include <string>
#include <vector>

namespace remoterun {

/// Whether a launcher of these words is known to need the forwarded manner.
bool isForwardedByDefault(const std::vector<std::string> &Launcher);

/// What the command line says of all that.
Expected<driver::LaunchSettings> chosenLaunch();

} // namespace remoterun

#endif
