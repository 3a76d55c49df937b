//===- CurrentException.h - The C++ exception behind an abort ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_CRASH_CURRENTEXCEPTION_H
#define REMOTERUN_EXECUTOR_CRASH_CURRENTEXCEPTION_H

#include <cstdint>

namespace remoterun::executor {

/// Looks up what the rest needs, in libstdc++ if it is loaded: before anything
/// of the guest runs, libraries' constructors included.
void findExceptionRuntime();
/// Once libraries' thread-local variables are there: threads of the guest can
/// be asked for libstdc++'s more often from now on.
void findExceptionVariables();

/// Whether \p Pc is in std::terminate().
bool isInTerminate(uint64_t Pc);
/// Whether \p Pc is in the library that throws, libstdc++.
bool isOfExceptionRuntime(uint64_t Pc);

/// The exception that the calling thread is handling, or is terminated for.
struct CurrentException {
  const char *TypeName = nullptr; ///< Mangled; null where there is none.
  void *Object = nullptr;         ///< As a std::exception; null if it is none.

  /// std::exception::what(), which may be anybody's code: the caller has made
  /// sure that it is libstdc++'s.
  const char *what() const;
  uint64_t whatFunction() const;
};

/// Calls libstdc++, which takes no lock and no memory for this.
CurrentException currentException();

} // namespace remoterun::executor

#endif
