//===- Ifunc.cpp - Which function an ifunc is -----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/Ifunc.h"
#include "executor/machine/Machine.h"

#include <sys/auxv.h>

namespace remoterun::executor {

void *resolveIfunc(void *Resolver) {
  // __ifunc_arg_t of glibc's sys/ifunc.h.
  struct Capabilities {
    unsigned long Size = sizeof(Capabilities);
    unsigned long First = ::getauxval(AT_HWCAP);
    unsigned long Second = ::getauxval(AT_HWCAP2);
  } All;
  using Resolve = void *(*)(unsigned long, const Capabilities *);
  return reinterpret_cast<Resolve>(Resolver)(All.First | ResolverFlag,
                                             ResolverFlag ? &All : nullptr);
}

} // namespace remoterun::executor
