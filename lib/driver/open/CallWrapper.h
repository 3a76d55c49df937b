//===- CallWrapper.h - A function's convention, as IR -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The executor calls everything in one way: void (void *Function, void
// *Buffer). What takes the arguments out of the buffer, passes them as the
// machine's C convention has it, and puts the result there, is IR: the compiler
// knows the convention.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_CALLWRAPPER_H
#define REMOTERUN_DRIVER_OPEN_CALLWRAPPER_H

#include "remote-run/Failure.h"
#include "remote-run/RemoteValue.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Triple.h"

#include <string>

namespace remoterun::driver {

/// What names of wrappers begin with.
inline constexpr llvm::StringLiteral WrapperPrefix = "remote_run.call.";

/// Two types of functions with the same key have the same wrapper.
std::string wrapperKey(const Signature &Type);

/// The bitcode of a module that defines \p Name, which calls functions of \p
/// Type with what is in a buffer (CallBuffer.h).
std::string makeWrapper(const Signature &Type, llvm::StringRef Name,
                        const llvm::Triple &Target);

} // namespace remoterun::driver

#endif
