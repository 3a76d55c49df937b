//===- ExecutorStart.h - Words that start an executor -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What both sides have to spell alike before there is a frame (PROTOCOL.md,
// sections 2 and 12).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_EXECUTORSTART_H
#define REMOTERUN_WIRE_EXECUTORSTART_H

namespace remoterun::wire {

/// The environment variable that names the session's descriptors: "<in>,<out>"
/// or "<in>,<out>,<crash memory>". The guest does not see it. If it has one of
/// that name itself, its value stands behind these, after GuestValueMark: of
/// two variables of one name some launchers and emulators pass on the first,
/// others the last.
inline constexpr char SessionVariable[] = "REMOTE_RUN_EXECUTOR";
inline constexpr char GuestValueMark = ':';

/// Another one that the guest does not see: how many bytes of LD_PRELOAD are
/// the controller's (a sanitizer's runtime, which natively would be linked to
/// the program, is first to be loaded), without the colon behind them.
inline constexpr char PreloadedVariable[] = "REMOTE_RUN_PRELOADED";

/// The same of GLIBC_TUNABLES, where an executor has started itself anew: how
/// many bytes are its own, the size and the alignment of the block of
/// thread-local variables that it shall have (wire::Restart), and the file of a
/// library that this takes, with how many bytes of LD_PRELOAD name it, 0 for
/// none; with commas between them.
inline constexpr char RoomVariable[] = "REMOTE_RUN_THREAD_LOCALS";

/// What the controller sets for qemu-user, and has it keep from the guest by
/// the option EmulatorHides: not to allocate by GLib's slices, which it does
/// before version 8.1. A thread of its own may hold their lock while the guest
/// forks, and the child would wait for that for ever. (From GLib 2.76 on there
/// are no slices. malloc(3) forks with its locks in order.)
inline constexpr char EmulatorVariable[] = "G_SLICE";
inline constexpr char EmulatorValue[] = "always-malloc";
inline constexpr char EmulatorHides[] = "-U";

/// Another one: "<process>:<folder>", where the executor of that number may
/// keep blocks of programs, from the root.
inline constexpr char BlocksVariable[] = "REMOTE_RUN_BLOCKS";

/// The only argument of an executor that is to be a supervisor.
inline constexpr char ForwardedArgument[] = "--forwarded";
/// The only argument of one that serves an open session over its standard input
/// and output.
inline constexpr char ServeArgument[] = "--serve";
/// The same, for an executable that was uploaded for this session: it removes
/// its own file, argv[0], as soon as it runs.
inline constexpr char UploadedArgument[] = "--forwarded-once";

} // namespace remoterun::wire

#endif
