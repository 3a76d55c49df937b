//===- StandardStreamsTest.cpp - Which streams a guest would find ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/terminal/StandardStreams.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using remoterun::controller::StandardStreams;

namespace {

struct Found {
  bool Input, Output, Error, ErrorIsOutput;
  bool operator==(const Found &) const = default;
};

/// What a process finds whose streams are \p Arrange's doing.
Found foundAfter(const std::function<void()> &Arrange) {
  pid_t Child = ::fork();
  if (Child == 0) {
    Arrange();
    StandardStreams Streams = StandardStreams::find();
    ::_exit(Streams.IsOpen[0] | Streams.IsOpen[1] << 1 |
            Streams.IsOpen[2] << 2 | Streams.ErrorIsOutput << 3);
  }
  int Raw = 0;
  EXPECT_EQ(::waitpid(Child, &Raw, 0), Child);
  EXPECT_TRUE(WIFEXITED(Raw));
  int Bits = WEXITSTATUS(Raw);
  return {(Bits & 1) != 0, (Bits & 2) != 0, (Bits & 4) != 0, (Bits & 8) != 0};
}

void openAs(const char *Path, int Flags, int Number) {
  int Opened = ::open(Path, Flags, 0600);
  ::dup2(Opened, Number);
  if (Opened != Number)
    ::close(Opened);
}

constexpr Found Apart = {true, true, true, false},
                Together = {true, true, true, true};

/// A file that two openings write to at their own positions.
std::string scratchFile() {
  char Path[] = "/tmp/remote-run-unit-XXXXXX";
  ::close(::mkstemp(Path));
  return Path;
}

TEST(StandardStreams, AreFound) {
  EXPECT_EQ(foundAfter([] {
              openAs("/dev/null", O_RDONLY, 0);
              openAs("/dev/null", O_WRONLY, 1);
              openAs("/dev/zero", O_WRONLY, 2);
            }),
            Apart);
}

TEST(StandardStreams, ClosedOnesAreMissed) {
  for (int Number : {0, 1, 2})
    for (bool OnExec : {false, true}) {
      Found Expected = {Number != 0, Number != 1, Number != 2, false};
      EXPECT_EQ(foundAfter([&] {
                  openAs("/dev/null", O_RDONLY, 0);
                  openAs("/dev/null", O_WRONLY, 1);
                  openAs("/dev/zero", O_WRONLY, 2);
                  if (OnExec)
                    ::fcntl(Number, F_SETFD, FD_CLOEXEC);
                  else
                    ::close(Number);
                }),
                Expected)
          << Number;
    }
}

TEST(StandardStreams, APipeForBothIsOne) {
  EXPECT_EQ(foundAfter([] {
              openAs("/dev/null", O_RDONLY, 0);
              int Ends[2];
              if (::pipe(Ends) == 0) {
                ::dup2(Ends[1], 1);
                ::dup2(Ends[1], 2);
              }
            }),
            Together);
}

TEST(StandardStreams, TwoPipesAreTwo) {
  EXPECT_EQ(foundAfter([] {
              openAs("/dev/null", O_RDONLY, 0);
              for (int Number : {1, 2}) {
                int Ends[2];
                if (::pipe(Ends) == 0)
                  ::dup2(Ends[1], Number);
              }
            }),
            Apart);
}

TEST(StandardStreams, AFileIsOneWhereItsPositionIs) {
  std::string Path = scratchFile();
  EXPECT_EQ(foundAfter([&] {
              openAs("/dev/null", O_RDONLY, 0);
              openAs(Path.c_str(), O_WRONLY, 1);
              ::dup2(1, 2);
            }),
            Together);
  EXPECT_EQ(foundAfter([&] {
              openAs("/dev/null", O_RDONLY, 0);
              openAs(Path.c_str(), O_WRONLY, 1);
              openAs(Path.c_str(), O_WRONLY, 2);
            }),
            Apart);
  ::unlink(Path.c_str());
}

TEST(StandardStreams, WithoutOutputErrorIsItsOwn) {
  EXPECT_EQ(foundAfter([] {
              openAs("/dev/null", O_RDWR, 0);
              ::dup2(0, 2);
              ::close(1);
            }),
            (Found{true, false, true, false}));
}

} // namespace
