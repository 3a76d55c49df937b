//===- SessionTrace.h - What is in each frame, for people -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_SESSION_SESSIONTRACE_H
#define REMOTERUN_CONTROLLER_SESSION_SESSIONTRACE_H

#include "remote-run/ExecutorAddr.h"
#include "wire/Messages.h"

#include <cstdio>
#include <string>
#include <vector>

namespace remoterun::controller {

/// "1 frame", "2 frames".
std::string count(size_t Number, const char *Noun);

/// Writes --trace: a line for each frame. Addresses are relative to the slab or
/// left out, so that two runs have the same lines; names and arguments are fit
/// for a terminal. Where nobody looks, nothing is put together.
class SessionTrace {
public:
  /// \p Out gets the lines; null for none.
  explicit SessionTrace(std::FILE *Out) : Out(Out) {}

  void setSlab(ExecutorRange Range) { Slab = Range; }
  void frame(char Direction, wire::MessageType Type, const std::string &Detail);

  std::string of(const wire::Load &Request) const;
  std::string of(const wire::Lookup &Request);
  /// \p Reply is to the last question.
  std::string of(const wire::LookupReply &Reply) const;
  std::string of(const wire::Reserve &Request);
  std::string ofWrite(ExecutorAddr Start, uint64_t Size) const;
  std::string of(const wire::Finalize &Request) const;
  std::string of(const wire::Interpose &Request) const;
  std::string of(const wire::Run &Request) const;

private:
  std::string place(ExecutorAddr Address) const;

  std::FILE *Out;
  ExecutorRange Slab;
  // Of the last question, and of what was reserved.
  std::vector<std::string> Symbols, Spare;
  std::vector<wire::Reserve::Segment> Segments;
};

} // namespace remoterun::controller

#endif
