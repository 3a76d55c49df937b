//===- OutcomeTest.cpp - Wait statuses to exit statuses -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/result/Outcome.h"
#include "controller/base/WaitStatus.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace remoterun::controller;

namespace {

/// The raw status of a child that \p Ends.
template <typename EndsT> int rawStatusOf(EndsT Ends) {
  pid_t Child = ::fork();
  if (Child == 0) {
    rlimit NoCore = {0, 0};
    ::setrlimit(RLIMIT_CORE, &NoCore);
    Ends();
    ::_exit(99);
  }
  int Raw = -1;
  EXPECT_EQ(::waitpid(Child, &Raw, 0), Child);
  return Raw;
}

int rawStatusOfSignal(int Signal) {
  return rawStatusOf([Signal] {
    ::signal(Signal, SIG_DFL);
    ::raise(Signal);
  });
}

TEST(WaitStatus, OfEveryExitStatus) {
  for (int Status = 0; Status != 256; ++Status) {
    WaitStatus Ended =
        WaitStatus::fromRaw(rawStatusOf([Status] { ::_exit(Status); }));
    EXPECT_TRUE(Ended.exited());
    EXPECT_EQ(Ended.exitStatus(), Status);
    EXPECT_FALSE(Ended.dumpedCore());
    EXPECT_EQ(Ended.describe(), "exited with status " + std::to_string(Status));
  }
}

TEST(WaitStatus, OfSignals) {
  for (int Signal : {SIGHUP, SIGINT, SIGKILL, SIGSEGV, SIGTERM, SIGABRT, SIGFPE,
                     SIGILL, SIGBUS, SIGPIPE}) {
    WaitStatus Ended = WaitStatus::fromRaw(rawStatusOfSignal(Signal));
    EXPECT_FALSE(Ended.exited());
    EXPECT_EQ(Ended.signal(), Signal);
    EXPECT_EQ(Ended.describe(), "was killed by " + describeSignal(Signal));
  }
}

TEST(WaitStatus, NamesSignals) {
  EXPECT_EQ(describeSignal(SIGSEGV), "signal 11 (SIGSEGV, Segmentation fault)");
  EXPECT_EQ(describeSignal(SIGKILL), "signal 9 (SIGKILL, Killed)");
  EXPECT_EQ(describeSignal(SIGRTMIN),
            "signal " + std::to_string(SIGRTMIN) + " (SIGRTMIN+0)");
  EXPECT_EQ(describeSignal(SIGRTMIN + 2),
            "signal " + std::to_string(SIGRTMIN + 2) + " (SIGRTMIN+2)");
  EXPECT_EQ(describeSignal(SIGRTMAX),
            "signal " + std::to_string(SIGRTMAX) + " (SIGRTMIN+" +
                std::to_string(SIGRTMAX - SIGRTMIN) + ")");
}

TEST(WaitStatus, TellsOfACore) {
  // The core flag is bit 7 of the raw status (wait(2), WCOREDUMP).
  WaitStatus Ended = WaitStatus::fromRaw(SIGSEGV | 0x80);
  EXPECT_EQ(Ended.signal(), SIGSEGV);
  EXPECT_TRUE(Ended.dumpedCore());
  EXPECT_EQ(Ended.describe(),
            "was killed by signal 11 (SIGSEGV, Segmentation fault), core "
            "dumped");
}

TEST(Outcome, OfAnExitIsItsStatusWithoutADiagnostic) {
  for (int Status = 0; Status != 256; ++Status) {
    // The status is in bits 8 to 15 of the raw status.
    Outcome Seen = outcomeOf({WaitStatus::fromRaw(Status << 8)}, {"prog", ""});
    EXPECT_EQ(Seen.Signal, 0);
    EXPECT_EQ(Seen.ExitStatus, Status);
    EXPECT_EQ(Seen.Diagnostic, "");
  }
}

TEST(Outcome, OfASignalIsTheSignalAndADiagnostic) {
  for (int Signal = 1; Signal <= SIGRTMAX; ++Signal) {
    if (Signal > SIGSYS && Signal < SIGRTMIN)
      continue; // libpthread's own
    Outcome Seen = outcomeOf({WaitStatus::fromRaw(Signal)}, {"prog", ""});
    EXPECT_EQ(Seen.Signal, Signal);
    EXPECT_EQ(Seen.ExitStatus, 128 + Signal);
    if (Signal != SIGPIPE) {
      EXPECT_EQ(Seen.Diagnostic,
                "program 'prog' was killed by " + describeSignal(Signal));
    }
  }
}

TEST(Outcome, OfASignalThatNobodySpeaksOfHasNoDiagnostic) {
  EXPECT_EQ(outcomeOf({WaitStatus::fromRaw(SIGPIPE)}, {"prog", ""}).Diagnostic,
            "");
  GuestEnd End = {WaitStatus::fromRaw(SIGINT)};
  End.SignalReachedUs = true;
  Outcome Seen = outcomeOf(End, {"prog", ""});
  EXPECT_EQ(Seen.Signal, SIGINT);
  EXPECT_EQ(Seen.Diagnostic, "");
}

TEST(Outcome, OfASignalThatALimitLeadsToNamesTheOption) {
  OutcomeNames Names = {"prog", "", {{SIGXCPU, "--limit-cpu=2"}}};
  EXPECT_EQ(outcomeOf({WaitStatus::fromRaw(SIGXCPU)}, Names).Diagnostic,
            "program 'prog' was killed by " + describeSignal(SIGXCPU) +
                "; --limit-cpu=2 allows no more");
  EXPECT_EQ(outcomeOf({WaitStatus::fromRaw(SIGXFSZ)}, Names).Diagnostic,
            "program 'prog' was killed by " + describeSignal(SIGXFSZ));
}

TEST(Outcome, OfATimeoutIs124HoweverTheProgramEnded) {
  OutcomeNames Names = {"prog", "--timeout=2s"};
  for (int Raw : {0, 3 << 8, SIGTERM, SIGKILL}) {
    GuestEnd End = {WaitStatus::fromRaw(Raw)};
    End.TimedOut = true;
    Outcome Seen = outcomeOf(End, Names);
    EXPECT_EQ(Seen.Signal, 0);
    EXPECT_EQ(Seen.ExitStatus, 124);
    EXPECT_EQ(Seen.Diagnostic,
              "the time of --timeout=2s ran out while the program ran; program "
              "'prog' " +
                  End.Status.describe());
  }
}

} // namespace
