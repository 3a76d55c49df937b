//===- TracedChild.cpp - A guest that asks to be traced -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/TracedChild.h"

#include <csignal>
#include <sys/ptrace.h>

namespace remoterun::transport {

void letGo(pid_t Child, int Signal) {
  siginfo_t Info = {};
  ::ptrace(PTRACE_GETSIGINFO, Child, nullptr, &Info);
  // That of an exec is not for it, but for who traces it.
  bool IsOfExec =
      Signal == SIGTRAP && Info.si_code == SI_USER && Info.si_pid == Child;
  ::ptrace(PTRACE_DETACH, Child, nullptr,
           static_cast<long>(IsOfExec ? 0 : Signal));
}

} // namespace remoterun::transport
