//===- DescriptorTest.cpp - Owned descriptors and pipes -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/Descriptor.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace remoterun::transport;

namespace {

bool isOpen(int Number) { return ::fcntl(Number, F_GETFD) >= 0; }

bool isCloseOnExec(const Descriptor &Open) {
  return ::fcntl(Open.get(), F_GETFD) == FD_CLOEXEC;
}

TEST(Descriptor, ClosesWhatItOwns) {
  int Number;
  {
    Pipe Made;
    ASSERT_EQ(makePipe(Made), 0);
    Number = Made.Reader.get();
    EXPECT_TRUE(isOpen(Number));
  }
  EXPECT_FALSE(isOpen(Number));
}

TEST(Descriptor, MovesItsOwnership) {
  Pipe Made;
  ASSERT_EQ(makePipe(Made), 0);
  int Number = Made.Reader.get();
  Descriptor Taken(std::move(Made.Reader));
  EXPECT_FALSE(Made.Reader.isOpen());
  EXPECT_EQ(Taken.get(), Number);
  Taken.close();
  EXPECT_FALSE(isOpen(Number));
  EXPECT_FALSE(Taken.isOpen());
}

TEST(Descriptor, PipesAreCloseOnExec) {
  Pipe Made;
  ASSERT_EQ(makePipe(Made), 0);
  EXPECT_TRUE(isCloseOnExec(Made.Reader));
  EXPECT_TRUE(isCloseOnExec(Made.Writer));
}

TEST(Descriptor, PipesAreNeverStandardStreams) {
  // In a child, which can do without its standard streams.
  pid_t Child = ::fork();
  if (Child == 0) {
    for (int Number : {0, 1, 2})
      ::close(Number);
    Pipe Made;
    bool IsGood = makePipe(Made) == 0 && Made.Reader.get() > 2 &&
                  Made.Writer.get() > 2 && isCloseOnExec(Made.Reader) &&
                  isCloseOnExec(Made.Writer) && !isOpen(0) && !isOpen(1) &&
                  !isOpen(2) && ::write(Made.Writer.get(), "x", 1) == 1;
    char Byte = 0;
    IsGood = IsGood && ::read(Made.Reader.get(), &Byte, 1) == 1 && Byte == 'x';
    ::_exit(IsGood ? 0 : 1);
  }
  int Status = -1;
  ASSERT_EQ(::waitpid(Child, &Status, 0), Child);
  EXPECT_EQ(Status, 0);
}

} // namespace
