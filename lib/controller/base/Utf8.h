//===- Utf8.h - What is a character of UTF-8 --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names and messages come from files and from the other side and may be any
// bytes; terminals and readers of JSON take UTF-8 for granted.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_UTF8_H
#define REMOTERUN_CONTROLLER_BASE_UTF8_H

#include <cstddef>
#include <string_view>

namespace remoterun::controller {

/// The bytes of the character that \p Text, which is not empty, starts with; 0
/// if it is not one of UTF-8 (Unicode, table 3-7, "Well-Formed UTF-8 Byte
/// Sequences"). Async-signal-safe.
size_t characterSize(std::string_view Text);

} // namespace remoterun::controller

#endif
