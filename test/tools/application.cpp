//===- application.cpp - A program with state, and an executor in it ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   application [--recover] [--report] [--threads=N] [--poll] [--thread]
//
// Launched by a controller, it serves an executor until that hangs up, and then
// says what became of its state.
//
//===----------------------------------------------------------------------===//

#include "remote-run/executor.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <unistd.h>

static int Drawn = 0;

/// What modules may use; no dynamic table names it.
static int drawLine(int Length) { return Drawn += Length; }

int main(int Count, char **Values) {
  rr_executor_options Options = {};
  Options.size = sizeof(Options);
  bool Polls = false, HasThread = false;
  for (int I = 1; I < Count; ++I) {
    if (std::strcmp(Values[I], "--recover") == 0)
      Options.recover = 1;
    else if (std::strcmp(Values[I], "--report") == 0)
      Options.report = 1;
    else if (std::strncmp(Values[I], "--threads=", 10) == 0)
      Options.threads = static_cast<unsigned>(std::atoi(Values[I] + 10));
    else if (std::strcmp(Values[I], "--poll") == 0)
      Polls = true;
    else if (std::strcmp(Values[I], "--thread") == 0)
      HasThread = true;
  }
  int In, Out;
  if (!rr_executor_inherited(&In, &Out)) {
    std::fprintf(stderr, "application: no session\n");
    return 2;
  }
  rr_executor *Executor = rr_executor_open(In, Out, &Options);
  if (!Executor)
    return 3;
  rr_executor_export(Executor, "draw_line",
                     reinterpret_cast<const void *>(drawLine));
  rr_executor_export(Executor, "drawn", &Drawn);
  int Result = 0;
  if (HasThread) {
    if (rr_executor_start_thread(Executor) != 0)
      return 4;
    // Its own work goes on meanwhile: until standard input ends.
    char Byte;
    while (::read(STDIN_FILENO, &Byte, 1) > 0)
      continue;
  } else if (Polls) {
    while ((Result = rr_executor_poll(Executor, 0)) == 1) {
      pollfd Waited = {rr_executor_fd(Executor), POLLIN, 0};
      ::poll(&Waited, 1, -1);
    }
  } else {
    Result = rr_executor_serve(Executor);
  }
  std::fprintf(stderr, "application: drawn %d%s%s\n", Drawn,
               Result < 0 ? ", error: " : "",
               Result < 0 ? rr_executor_error(Executor) : "");
  rr_executor_close(Executor);
  return Result < 0;
}
