//===- PerfMappingTest.cpp - How perf learns of its file ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/PerfMapping.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fcntl.h>
#include <string>
#include <unistd.h>

using namespace remoterun::executor;

namespace {

/// The descriptor that the next open would get.
int nextDescriptor() {
  int Next = ::open("/dev/null", O_RDONLY);
  ::close(Next);
  return Next;
}

TEST(PerfMappingTest, LeavesNoDescriptor) {
  char Name[] = "/tmp/remote-run-perf-XXXXXX";
  int File = ::mkstemp(Name);
  ASSERT_GE(File, 0);
  ASSERT_EQ(::write(File, "x", 1), 1);
  ::close(File);
  int Before = nextDescriptor();
  EXPECT_TRUE(static_cast<bool>(showToPerf(Name)));
  EXPECT_EQ(nextDescriptor(), Before);
  ::unlink(Name);
}

TEST(PerfMappingTest, SaysWhatCannotBeOpened) {
  auto Shown = showToPerf("/nowhere/jit-1.dump");
  ASSERT_FALSE(Shown);
  EXPECT_STREQ(Shown.error().Reason,
               "cannot open '/nowhere/jit-1.dump' for perf: No such file or "
               "directory");
}

TEST(PerfMappingTest, SaysWhatCannotBeMapped) {
  // Files of /proc have no pages to map.
  int Before = nextDescriptor();
  auto Shown = showToPerf("/proc/self/status");
  ASSERT_FALSE(Shown);
  EXPECT_NE(std::string(Shown.error().Reason)
                .find("cannot map '/proc/self/status' executable"),
            std::string::npos);
  EXPECT_EQ(nextDescriptor(), Before);
}

} // namespace
