//===- DefaultLibraries.h - What compilers link by themselves ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What compiler drivers link besides libc, and what has been in libc since
// glibc 2.34. Most C programs need none of it, so that a library is there only
// where a name asks for it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_DEFAULTLIBRARIES_H
#define REMOTERUN_EXECUTOR_SYMBOLS_DEFAULTLIBRARIES_H

#include <span>
#include <string_view>

namespace remoterun::executor {

/// In the order of a native link.
inline constexpr const char *DefaultLibraries[] = {
    "libstdc++.so.6", "libm.so.6",  "libgcc_s.so.1",
    "libatomic.so.1", "librt.so.1", "libutil.so.1"};
inline constexpr unsigned DefaultLibraryCount = 6;
inline constexpr unsigned LibGcc = 2;

/// Their indices, the likeliest to define \p Name first.
std::span<const unsigned> defaultLibrariesFor(std::string_view Name);

} // namespace remoterun::executor

#endif
