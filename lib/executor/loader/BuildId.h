//===- BuildId.h - Which file a library was loaded from ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_BUILDID_H
#define REMOTERUN_EXECUTOR_LOADER_BUILDID_H

#include <cstdint>
#include <string_view>

namespace remoterun::executor {

/// The build identity (ld's --build-id) of the ELF file of which the first
/// segment is mapped at \p Start; empty for none. Async-signal-safe.
std::string_view buildIdOf(const uint8_t *Start, uint64_t LoadBias);

} // namespace remoterun::executor

#endif
