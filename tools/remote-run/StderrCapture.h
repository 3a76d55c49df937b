//===- StderrCapture.h - What llvm::cl prints by itself ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_STDERRCAPTURE_H
#define REMOTERUN_TOOLS_STDERRCAPTURE_H

#include <string>

namespace remoterun {

/// llvm::cl prints some errors to standard error whatever it is told (those of
/// value parsers). While this lives they go to a file in memory.
class StderrCapture {
public:
  /// Where something that is parsed ends the process, \p OnExit is told, from
  /// exit(3), what was printed.
  explicit StderrCapture(void (*OnExit)(const std::string &Printed));
  ~StderrCapture() { finish(); }
  StderrCapture(const StderrCapture &) = delete;
  StderrCapture &operator=(const StderrCapture &) = delete;

  /// Ends the capture and returns what was printed.
  std::string finish();

private:
  static void restore();

  static StderrCapture *Current; ///< Null if none captures.
  static int Saved;
  static int SavedFlags;
  void (*const OnExit)(const std::string &);
  int Captured = -1;
};

} // namespace remoterun

#endif
