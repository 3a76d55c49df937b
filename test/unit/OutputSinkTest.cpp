//===- OutputSinkTest.cpp - Forwarded output, into everything -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/terminal/OutputSink.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace remoterun;
using controller::OutputSink;
using transport::Descriptor;

namespace {

void append(OutputSink &Sink, std::string_view Text) {
  Sink.append({reinterpret_cast<const uint8_t *>(Text.data()), Text.size()});
}

std::string readAll(int Number) {
  std::string All;
  char Chunk[4096];
  for (ssize_t Count; (Count = ::read(Number, Chunk, sizeof(Chunk))) > 0;)
    All.append(Chunk, static_cast<size_t>(Count));
  return All;
}

bool isNonBlocking(int Number) { return ::fcntl(Number, F_GETFL) & O_NONBLOCK; }

/// More than a pipe or a socket holds.
std::string much() {
  std::string Text;
  while (Text.size() < 1 << 20)
    Text += std::to_string(Text.size()) + " ";
  return Text;
}

/// Fills \p Sink's file, whose other end is \p Reader, and empties it again:
/// nothing is lost, and nothing waits.
void expectPatience(OutputSink &Sink, int Number, int Reader) {
  const std::string Text = much();
  append(Sink, Text);
  uint64_t Written = Sink.flush();
  EXPECT_GT(Written, 0u);
  EXPECT_EQ(Sink.pending(), Text.size() - Written);
  EXPECT_GT(Sink.pending(), 0u);
  EXPECT_EQ(Sink.flush(), 0u);
  EXPECT_FALSE(isNonBlocking(Number));
  std::string Got;
  char Chunk[4096];
  while (Got.size() != Text.size()) {
    ssize_t Count = ::read(Reader, Chunk, sizeof(Chunk));
    ASSERT_GT(Count, 0);
    Got.append(Chunk, static_cast<size_t>(Count));
    Written += Sink.flush();
  }
  EXPECT_EQ(Written, Text.size());
  EXPECT_EQ(Sink.pending(), 0u);
  EXPECT_EQ(Sink.error(), 0);
  EXPECT_TRUE(Got == Text);
}

/// The default action of SIGPIPE would end this process.
void expectBroken(OutputSink &Sink) {
  ASSERT_EQ(std::signal(SIGPIPE, SIG_DFL), SIG_DFL);
  append(Sink, "text");
  EXPECT_EQ(Sink.flush(), 0u);
  EXPECT_EQ(Sink.error(), EPIPE);
  EXPECT_EQ(Sink.pending(), 0u);
}

struct SocketPair {
  Descriptor Near, Far;
  SocketPair() {
    int Ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, Ends) == 0) {
      Near = Descriptor(Ends[0]);
      Far = Descriptor(Ends[1]);
    }
  }
};

TEST(OutputSink, WaitsForNoPipe) {
  transport::Pipe Made;
  ASSERT_EQ(makePipe(Made), 0);
  OutputSink Sink(Made.Writer.get());
  expectPatience(Sink, Made.Writer.get(), Made.Reader.get());
}

TEST(OutputSink, WaitsForNoSocket) {
  SocketPair Made;
  OutputSink Sink(Made.Near.get());
  expectPatience(Sink, Made.Near.get(), Made.Far.get());
}

TEST(OutputSink, TellsWhenNobodyReadsThePipe) {
  transport::Pipe Made;
  ASSERT_EQ(makePipe(Made), 0);
  OutputSink Sink(Made.Writer.get());
  Made.Reader.close();
  expectBroken(Sink);
}

TEST(OutputSink, TellsWhenNobodyReadsTheSocket) {
  SocketPair Made;
  OutputSink Sink(Made.Near.get());
  Made.Far.close();
  expectBroken(Sink);
}

/// It has no end-of-file of its own to give: the reader sees one when the
/// stream itself is closed.
TEST(OutputSink, HoldsThePipeNoLongerThanItLives) {
  transport::Pipe Made;
  ASSERT_EQ(makePipe(Made), 0);
  {
    OutputSink Sink(Made.Writer.get());
    append(Sink, "text");
    EXPECT_EQ(Sink.flush(), 4u);
  }
  Made.Writer.close();
  EXPECT_EQ(readAll(Made.Reader.get()), "text");
}

TEST(OutputSink, SharesThePositionInAFile) {
  char Path[] = "/tmp/remote-run-unit-XXXXXX";
  Descriptor File(::mkostemp(Path, O_CLOEXEC));
  ASSERT_TRUE(File.isOpen());
  ::unlink(Path);
  ASSERT_EQ(::write(File.get(), "one ", 4), 4);
  OutputSink Sink(File.get());
  append(Sink, "two ");
  EXPECT_EQ(Sink.flush(), 4u);
  ASSERT_EQ(::write(File.get(), "three", 5), 5);
  ASSERT_EQ(::lseek(File.get(), 0, SEEK_SET), 0);
  EXPECT_EQ(readAll(File.get()), "one two three");
}

TEST(OutputSink, TellsOfAFileThatMayNotGrow) {
  char Path[] = "/tmp/remote-run-unit-XXXXXX";
  Descriptor File(::mkostemp(Path, O_CLOEXEC));
  ASSERT_TRUE(File.isOpen());
  ::unlink(Path);
  OutputSink Sink(File.get());
  append(Sink, "text");
  // The default action of SIGXFSZ would end this process.
  ASSERT_EQ(std::signal(SIGXFSZ, SIG_DFL), SIG_DFL);
  rlimit Before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &Before), 0);
  rlimit Small = {0, Before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &Small), 0);
  EXPECT_EQ(Sink.flush(), 0u);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &Before), 0);
  EXPECT_EQ(Sink.error(), EFBIG);
  EXPECT_EQ(Sink.pending(), 0u);
}

TEST(OutputSink, TellsOfAFullDevice) {
  Descriptor Full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(Full.isOpen());
  OutputSink Sink(Full.get());
  append(Sink, "text");
  EXPECT_EQ(Sink.flush(), 0u);
  EXPECT_EQ(Sink.error(), ENOSPC);
}

TEST(OutputSink, TellsOfADescriptorThatIsNotOpen) {
  constexpr int Closed = 1000;
  ASSERT_EQ(::fcntl(Closed, F_GETFD), -1);
  OutputSink Sink(Closed);
  append(Sink, "text");
  EXPECT_EQ(Sink.flush(), 0u);
  EXPECT_EQ(Sink.error(), EBADF);
}

/// An eventfd(2) cannot be opened anew, and is full near the largest number.
TEST(OutputSink, AsksFirstWhatItHasToShare) {
  Descriptor Event(::eventfd(0, EFD_CLOEXEC));
  ASSERT_TRUE(Event.isOpen());
  OutputSink Sink(Event.get());
  EXPECT_EQ(Sink.descriptor(), Event.get());
  append(Sink, "\xfe\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(Sink.flush(), 8u);
  append(Sink, std::string_view("\1\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(Sink.flush(), 0u);
  EXPECT_EQ(Sink.pending(), 8u);
  uint64_t Value;
  ASSERT_EQ(::read(Event.get(), &Value, 8), 8);
  EXPECT_EQ(Value, UINT64_MAX - 1);
  EXPECT_EQ(Sink.flush(), 8u);
  ASSERT_EQ(::read(Event.get(), &Value, 8), 8);
  EXPECT_EQ(Value, 1u);
}

} // namespace
