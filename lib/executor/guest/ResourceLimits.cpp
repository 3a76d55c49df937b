//===- ResourceLimits.cpp - What the guest may use ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/ResourceLimits.h"

#include <algorithm>
#include <sys/resource.h>

namespace remoterun::executor {

namespace {

__rlimit_resource_t systemResource(wire::Run::Resource What) {
  using Resource = wire::Run::Resource;
  switch (What) {
  case Resource::Cpu:
    return RLIMIT_CPU;
  case Resource::Memory:
    return RLIMIT_AS;
  case Resource::Stack:
    return RLIMIT_STACK;
  case Resource::FileSize:
    return RLIMIT_FSIZE;
  case Resource::OpenFiles:
    return RLIMIT_NOFILE;
  case Resource::Processes:
    return RLIMIT_NPROC;
  case Resource::CoreSize:
    return RLIMIT_CORE;
  }
  __builtin_unreachable();
}

// PROTOCOL.md's "no limit" is the system's.
static_assert(RLIM_INFINITY == ~rlim_t(0));

} // namespace

void applyLimits(std::span<const wire::Run::Limit> Limits) {
  for (const wire::Run::Limit &Limit : Limits) {
    __rlimit_resource_t What = systemResource(Limit.What);
    rlimit Wanted = {std::min(Limit.Soft, Limit.Hard), Limit.Hard};
    if (::setrlimit(What, &Wanted) == 0)
      continue;
    rlimit Granted;
    if (::getrlimit(What, &Granted) != 0)
      continue;
    Wanted.rlim_max = std::min(Wanted.rlim_max, Granted.rlim_max);
    Wanted.rlim_cur = std::min(Wanted.rlim_cur, Wanted.rlim_max);
    ::setrlimit(What, &Wanted);
  }
}

} // namespace remoterun::executor
