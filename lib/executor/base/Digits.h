//===- Digits.h - Numbers at the start of a text ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// strtol(3) and its family, atoi(3) among it, are linked as functions that
// glibc has since 2.38 alone, where the headers are of that version.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_DIGITS_H
#define REMOTERUN_EXECUTOR_BASE_DIGITS_H

#include <cstdint>

namespace remoterun::executor {

/// The number that \p Text starts with, blanks before it apart, in lower-case
/// digits of base 10 or 16; 0 for none.
inline uint64_t leadingNumber(const char *Text, unsigned Base = 10) {
  while (*Text == ' ' || *Text == '\t')
    ++Text;
  uint64_t Number = 0;
  for (;; ++Text) {
    unsigned Digit = Base;
    if (*Text >= '0' && *Text <= '9')
      Digit = static_cast<unsigned>(*Text - '0');
    else if (*Text >= 'a' && *Text <= 'f')
      Digit = static_cast<unsigned>(*Text - 'a') + 10;
    if (Digit >= Base)
      return Number;
    Number = Number * Base + Digit;
  }
}

} // namespace remoterun::executor

#endif
