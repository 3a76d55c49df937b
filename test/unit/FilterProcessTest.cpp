//===- FilterProcessTest.cpp - A program that turns bytes into bytes ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/FilterProcess.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace remoterun;
using namespace remoterun::controller;

namespace {

Expected<FilterResult> shell(const std::string &Command,
                             std::string_view Input = "") {
  return runFilter({"/bin/sh", {"sh", "-c", Command}, Input});
}

std::string contents(const FilterResult &Result) {
  std::string Bytes(
      static_cast<size_t>(::lseek(Result.Output.get(), 0, SEEK_END)), '\0');
  EXPECT_EQ(::pread(Result.Output.get(), Bytes.data(), Bytes.size(), 0),
            static_cast<ssize_t>(Bytes.size()));
  return Bytes;
}

TEST(FilterProcess, PassesOnMoreThanAPipeHolds) {
  std::string Input;
  for (int I = 0; I != 1000000; ++I)
    Input += static_cast<char>(I * 7);
  auto Result = shell("cat; cat >&2", Input);
  ASSERT_TRUE(Result);
  EXPECT_TRUE(Result->Status.exited());
  EXPECT_EQ(Result->Status.exitStatus(), 0);
  EXPECT_EQ(contents(*Result), Input);
  // The first one has read it all.
  EXPECT_EQ(Result->Errors, "");
}

TEST(FilterProcess, TellsHowItEndedAndWhatItSaid) {
  auto Exited = shell("printf said >&2; printf made; exit 3");
  ASSERT_TRUE(Exited);
  EXPECT_TRUE(Exited->Status.exited());
  EXPECT_EQ(Exited->Status.exitStatus(), 3);
  EXPECT_EQ(Exited->Errors, "said");
  EXPECT_EQ(contents(*Exited), "made");
  auto Killed = shell("kill -KILL $$");
  ASSERT_TRUE(Killed);
  EXPECT_FALSE(Killed->Status.exited());
  EXPECT_EQ(Killed->Status.signal(), SIGKILL);
}

TEST(FilterProcess, NamesWhatCannotBeRun) {
  auto Absent = runFilter({"/nowhere/filter", {"filter"}, ""});
  ASSERT_FALSE(Absent);
  EXPECT_EQ(Absent.error().ExitStatus, 127);
  EXPECT_EQ(Absent.error().Message,
            "cannot run '/nowhere/filter': No such file or directory");
  auto NoProgram = runFilter({"/dev/null", {"filter"}, ""});
  ASSERT_FALSE(NoProgram);
  EXPECT_EQ(NoProgram.error().ExitStatus, 126);
  EXPECT_EQ(NoProgram.error().Message,
            "cannot run '/dev/null': Permission denied");
}

TEST(FilterProcess, InheritsNothingBesideItsStreams) {
  transport::Pipe Private;
  ASSERT_EQ(transport::makePipe(Private), 0);
  // What else is open may be meant for every child.
  std::string Ours = std::to_string(Private.Reader.get());
  Ours.append(" ").append(std::to_string(Private.Writer.get()));
  auto Result = shell("for fd in " + Ours +
                      "; do [ ! -e /proc/$$/fd/$fd ] || echo $fd; done;"
                      "readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2");
  ASSERT_TRUE(Result);
  EXPECT_EQ(contents(*Result),
            "/memfd:input (deleted)\n/memfd:output (deleted)\n"
            "/memfd:errors (deleted)\n");
}

TEST(FilterProcess, WaitsForNoOtherChild) {
  pid_t Other = ::fork();
  if (Other == 0)
    ::_exit(7);
  // It has ended, and was not waited for.
  siginfo_t Info;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(Other), &Info, WEXITED | WNOWAIT),
            0);
  ASSERT_TRUE(shell(":"));
  int Raw;
  ASSERT_EQ(::waitpid(Other, &Raw, 0), Other);
  EXPECT_EQ(WEXITSTATUS(Raw), 7);
}

TEST(FilterProcess, WorksWithoutStandardStreams) {
  // In a child, which can do without its own.
  pid_t Child = ::fork();
  if (Child == 0) {
    for (int Number : {0, 1, 2})
      ::close(Number);
    auto Result = shell("cat; printf errors >&2", "bytes");
    ::_exit(!(Result && contents(*Result) == "bytes" &&
              Result->Errors == "errors"));
  }
  int Raw;
  ASSERT_EQ(::waitpid(Child, &Raw, 0), Child);
  EXPECT_EQ(Raw, 0);
}

TEST(FilterProcess, FailsWhereFilesMayNotBeThatLarge) {
  pid_t Child = ::fork();
  if (Child == 0) {
    rlimit Limit = {1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &Limit);
    ::signal(SIGXFSZ, SIG_DFL);
    auto Result = shell(":", std::string(2000, 'x'));
    ::_exit(Result || Result.error().Message !=
                          "cannot make a file in memory: File too large");
  }
  int Raw;
  ASSERT_EQ(::waitpid(Child, &Raw, 0), Child);
  EXPECT_EQ(Raw, 0);
}

} // namespace
