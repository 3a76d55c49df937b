//===- PatientWrite.h - Writes that do not wait for ever --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_PATIENTWRITE_H
#define REMOTERUN_CONTROLLER_BASE_PATIENTWRITE_H

#include <string_view>

namespace remoterun::controller {

/// Writes all of \p Bytes, or gives up: on an error, and on a reader that takes
/// nothing for seconds. 0 or errno. Async-signal-safe; raises no signal.
int writePatiently(int Descriptor, std::string_view Bytes);

} // namespace remoterun::controller

#endif
