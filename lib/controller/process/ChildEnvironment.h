//===- ChildEnvironment.h - Ours, with changes ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_PROCESS_CHILDENVIRONMENT_H
#define REMOTERUN_CONTROLLER_PROCESS_CHILDENVIRONMENT_H

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace remoterun::controller {

/// Whether one of \p Changes, each "NAME=VALUE", is of the variable \p Name.
bool changesVariable(std::span<const std::string> Changes,
                     std::string_view Name);

/// The environment of a child, as execve(2) takes it, with a null at its end:
/// ours (environ(7)) and what \p Changes say, each "NAME=VALUE", in place of
/// what we have by that name. Of one name among them, the last counts. It
/// refers to \p Changes and to our environment.
std::vector<char *> environmentWith(std::span<const std::string> Changes);

} // namespace remoterun::controller

#endif
