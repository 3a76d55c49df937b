//===- StubUpload.h - Sending the executor's binary ahead -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the far end has a POSIX shell and no remote-stub: the launcher starts
// sh(1), which takes the binary from its standard input into a private
// temporary file, runs it as a supervisor, and removes it. The supervisor has
// removed it before.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LAUNCH_STUBUPLOAD_H
#define REMOTERUN_CONTROLLER_LAUNCH_STUBUPLOAD_H

#include "remote-run/Failure.h"
#include "transport/Descriptor.h"

#include <cstddef>
#include <string>

namespace remoterun::controller {

/// What is sent. Reads the file, which must be an ELF executable.
struct StubUpload {
  /// What the message of a failure starts with that is the launcher's end: who
  /// started it knows more of that.
  static constexpr char HungUp[] = "the launcher hung up";

  std::string Bytes;

  static Expected<StubUpload> read(const std::string &Path);

  /// The line that the far end's shell reads first.
  std::string script() const;

  /// So many bytes at a time.
  static constexpr size_t BlockSize = 64 << 10;

  /// The rest of the conversation, after script() has been sent: when it
  /// returns, a supervisor waits at the other ends of \p In and \p Out. Each
  /// answer, and each block of the binary, takes at most \p PatienceMs.
  Expected<void> send(const transport::Descriptor &In,
                      const transport::Descriptor &Out, int PatienceMs) const;
};

} // namespace remoterun::controller

#endif
