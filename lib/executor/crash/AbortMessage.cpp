//===- AbortMessage.cpp - Why libc ends the program -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that find damage are not always on the stack: free() of glibc
// 2.43 ends in a jump to what looks, as does __assert_fail() on AArch64. But
// glibc keeps what it prints before it aborts, for debuggers.
//
//===----------------------------------------------------------------------===//

#include "executor/crash/AbortMessage.h"
#include "executor/loader/LoadedLibrary.h"

#include <cstdint>
#include <cstring>

namespace remoterun::executor {

namespace {

/// As glibc has it in memory that it maps for this: the text ends with a zero.
struct KeptMessage {
  uint32_t MappedSize;
  char Text[];
};

const KeptMessage *const *Kept = nullptr; // __abort_msg

} // namespace

void findAbortMessage() {
  Kept = static_cast<const KeptMessage *const *>(
      findInLoadedLibrary("libc.so.6", "__abort_msg"));
}

std::string_view abortMessage() {
  const KeptMessage *Message = Kept ? *Kept : nullptr;
  if (!Message || Message->MappedSize <= sizeof(KeptMessage))
    return {};
  return {Message->Text,
          ::strnlen(Message->Text, Message->MappedSize - sizeof(KeptMessage))};
}

} // namespace remoterun::executor
