//===- FilterProcess.h - A program that turns bytes into bytes --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its standard streams are files in memory: neither side can wait for the other
// to read, and nothing stays behind, whichever is killed.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_PROCESS_FILTERPROCESS_H
#define REMOTERUN_CONTROLLER_PROCESS_FILTERPROCESS_H

#include "controller/base/WaitStatus.h"
#include "remote-run/Failure.h"
#include "transport/Descriptor.h"

#include <string>
#include <string_view>
#include <vector>

namespace remoterun::controller {

struct FilterRequest {
  std::string Path;
  std::vector<std::string> Arguments; ///< argv, with argv[0].
  std::string_view Input;
};

struct FilterResult {
  WaitStatus Status;
  transport::Descriptor Output; ///< A file in memory.
  std::string Errors;           ///< What is on its standard error.
};

/// A file in memory, close-on-exec, that holds \p Bytes and is at its start.
/// \p Name is for who looks into /proc.
Expected<transport::Descriptor> fileInMemory(const char *Name,
                                             std::string_view Bytes);

/// Starts a child and waits for it, and for no other. It inherits our
/// environment and nothing that is close-on-exec. Not to be called while
/// SIGCHLD is ignored, which ExecutorProcess::launch() ends.
///
/// A signal that ends us need not end the child: it has to see to that itself
/// (PR_SET_PDEATHSIG).
Expected<FilterResult> runFilter(const FilterRequest &Request);

} // namespace remoterun::controller

#endif
