//===- LeasedFileTest.cpp - A file that is written when it is opened ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/LeasedFile.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace remoterun::controller;

namespace {

/// In a child: what the file starts with when it is opened; 0 for nothing.
pid_t startReader(const std::string &Path) {
  pid_t Reader = ::fork();
  if (Reader != 0)
    return Reader;
  unsigned char First = 0;
  int File = ::open(Path.c_str(), O_RDONLY);
  bool IsThere = ::read(File, &First, 1) == 1;
  ::_exit(IsThere ? First : 0);
}

int resultOf(pid_t Reader) {
  int Raw = -1;
  ::waitpid(Reader, &Raw, 0);
  return WIFEXITED(Raw) ? WEXITSTATUS(Raw) : -1;
}

class AllSignalsBlocked : public testing::Test {
protected:
  AllSignalsBlocked() {
    sigset_t All;
    sigfillset(&All);
    pthread_sigmask(SIG_SETMASK, &All, &Before);
  }
  ~AllSignalsBlocked() override {
    pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  }

private:
  sigset_t Before;
};

using LeasedFileTest = AllSignalsBlocked;

TEST_F(LeasedFileTest, HoldsWhoOpensItUntilItIsWritten) {
  auto File = LeasedFile::create();
  ASSERT_TRUE(File);
  pid_t Reader = startReader(File->path());
  File->awaitOpening();
  ASSERT_EQ(::write(File->descriptor(), "\x2a", 1), 1);
  File->release();
  EXPECT_EQ(resultOf(Reader), 42);
  // And who comes later finds it as it is.
  EXPECT_EQ(resultOf(startReader(File->path())), 42);
}

/// Whether the kernel has somebody wait for \p File.
bool isBeingOpened(const LeasedFile &File) {
  return ::fcntl(File.descriptor(), F_GETLEASE) != F_WRLCK;
}

TEST_F(LeasedFileTest, HoldsWhoOpenedItBeforeAnybodyWaited) {
  auto File = LeasedFile::create();
  ASSERT_TRUE(File);
  pid_t Reader = startReader(File->path());
  while (!isBeingOpened(*File))
    ::sched_yield();
  File->awaitOpening();
  ASSERT_EQ(::write(File->descriptor(), "\x2a", 1), 1);
  File->release();
  EXPECT_EQ(resultOf(Reader), 42);
}

TEST_F(LeasedFileTest, HoldsNobodyWhenItIsWithdrawn) {
  auto File = LeasedFile::create();
  ASSERT_TRUE(File);
  File->withdraw();
  EXPECT_EQ(resultOf(startReader(File->path())), 0);
}

} // namespace
