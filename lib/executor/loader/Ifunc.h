//===- Ifunc.h - Which function an ifunc is ---------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_IFUNC_H
#define REMOTERUN_EXECUTOR_LOADER_IFUNC_H

namespace remoterun::executor {

/// Calls \p Resolver as the dynamic linker does. Resolvers that take no
/// argument ignore it.
void *resolveIfunc(void *Resolver);

} // namespace remoterun::executor

#endif
