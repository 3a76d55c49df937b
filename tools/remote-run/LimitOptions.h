//===- LimitOptions.h - What the program may use ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LIMITOPTIONS_H
#define REMOTERUN_TOOLS_LIMITOPTIONS_H

#include "driver/settings/Limits.h"
#include "remote-run/Failure.h"
#include "wire/Messages.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace remoterun {

namespace options {

/// Tells the user of those limits that the system will not grant.
Expected<driver::Limits> chosenLimits();

} // namespace options

} // namespace remoterun

#endif
