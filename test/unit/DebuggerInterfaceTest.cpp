//===- DebuggerInterfaceTest.cpp - What a debugger looks for --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/DebuggerInterface.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace remoterun;
using namespace remoterun::executor;

// As in GDB's manual, "JIT Compilation Interface: Declarations".
extern "C" {
struct jit_code_entry {
  jit_code_entry *next_entry;
  jit_code_entry *prev_entry;
  const char *symfile_addr;
  uint64_t symfile_size;
};
extern struct {
  uint32_t version;
  uint32_t action_flag;
  jit_code_entry *relevant_entry;
  jit_code_entry *first_entry;
} __jit_debug_descriptor;
}

namespace {

TEST(DebuggerInterfaceTest, ListsEveryObject) {
  EXPECT_EQ(__jit_debug_descriptor.version, 1u);
  EXPECT_EQ(__jit_debug_descriptor.first_entry, nullptr);
  const ExecutorRange Objects[] = {{ExecutorAddr(0x1000), 16},
                                   {ExecutorAddr(0x5000), 32},
                                   {ExecutorAddr(0x3000), 48}};
  List<DebuggerEntry> Entries = registerDebugObjects(Objects);
  EXPECT_EQ(__jit_debug_descriptor.action_flag, 0u);

  uint64_t Bytes = 0;
  jit_code_entry *Previous = nullptr;
  size_t Count = 0;
  for (jit_code_entry *Entry = __jit_debug_descriptor.first_entry; Entry;
       Previous = Entry, Entry = Entry->next_entry, ++Count) {
    EXPECT_EQ(Entry->prev_entry, Previous);
    Bytes += Entry->symfile_size;
    for (ExecutorRange Object : Objects)
      if (Object.Size == Entry->symfile_size) {
        EXPECT_EQ(reinterpret_cast<uintptr_t>(Entry->symfile_addr),
                  Object.Start.value());
      }
  }
  EXPECT_EQ(Count, 3u);
  EXPECT_EQ(Bytes, 96u);
  __jit_debug_descriptor.first_entry = nullptr;
}

} // namespace
