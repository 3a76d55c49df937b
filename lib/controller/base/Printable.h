//===- Printable.h - Text from the other side -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_PRINTABLE_H
#define REMOTERUN_CONTROLLER_BASE_PRINTABLE_H

#include <cstdint>
#include <string>
#include <string_view>

namespace remoterun::controller {

/// Text from the other side, fit for one line on a terminal: control characters
/// and what is no UTF-8 are replaced by "?".
std::string printable(std::string_view Text);
/// The same for text of several lines, which may have tabs.
std::string printableLines(std::string_view Text);

/// "0x1f".
std::string hex(uint64_t Value);

} // namespace remoterun::controller

#endif
