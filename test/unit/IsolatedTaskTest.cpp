//===- IsolatedTaskTest.cpp - Work that may fail in any way ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/IsolatedTask.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace remoterun;
using namespace remoterun::controller;

namespace {

std::optional<ByteBuffer> run(std::function<void(ByteBuffer &)> Work,
                              int PatienceMs = 10000) {
  auto Result = runIsolated({std::move(Work), PatienceMs, 1 << 20});
  // Nobody is left behind.
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
  return Result;
}

TEST(IsolatedTask, GivesItsResult) {
  int Local = 0;
  auto Result = run([&](ByteBuffer &Out) {
    Local = 1;
    for (int I = 0; I != 300000; ++I)
      Out.push(static_cast<uint8_t>(I));
  });
  ASSERT_TRUE(Result);
  ASSERT_EQ(Result->size(), 300000u);
  EXPECT_EQ((*Result)[299999], static_cast<uint8_t>(299999));
  EXPECT_EQ(Local, 0);
}

TEST(IsolatedTask, MayCrash) {
  EXPECT_FALSE(run([](ByteBuffer &Out) {
    Out.push(1);
    ::signal(SIGSEGV, SIG_DFL);
    ::raise(SIGSEGV);
  }));
}

TEST(IsolatedTask, MayExit) {
  EXPECT_FALSE(run([](ByteBuffer &) { ::_exit(0); }));
  EXPECT_FALSE(run([](ByteBuffer &) { ::_exit(125); }));
}

TEST(IsolatedTask, MayHang) {
  EXPECT_FALSE(run([](ByteBuffer &) { ::pause(); }, 10));
}

TEST(IsolatedTask, MaySayTooMuch) {
  EXPECT_FALSE(run([](ByteBuffer &Out) { Out.resize(2 << 20); }));
}

} // namespace
