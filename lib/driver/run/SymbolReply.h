//===- SymbolReply.h - Symbols from one process to another ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_RUN_SYMBOLREPLY_H
#define REMOTERUN_DRIVER_RUN_SYMBOLREPLY_H

#include "controller/crash/CrashDescription.h"
#include "wire/List.h"

#include <optional>
#include <span>

namespace remoterun::driver {

void encodeSymbols(const controller::CrashSymbols &Symbols, ByteBuffer &Out);

/// Empty for anything but what encodeSymbols() has made.
std::optional<controller::CrashSymbols>
decodeSymbols(std::span<const uint8_t> Bytes);

} // namespace remoterun::driver

#endif
