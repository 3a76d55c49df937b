//===- ProgramImage.h - The program as a shared object ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dynamic linker, the unwinder and everybody who asks them know a program
// that the dynamic linker has mapped, and no other. So the controller's bytes
// go into a file that exists in memory only, and dlopen(3) maps it: where its
// first program header says, if that is free (glibc from 2.36 on; before, where
// the executable depends on its position).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_PROGRAMIMAGE_H
#define REMOTERUN_EXECUTOR_LOADER_PROGRAMIMAGE_H

#include "executor/base/Failure.h"
#include "remote-run/ExecutorAddr.h"
#include "transport/Descriptor.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::executor {

class ProgramImage {
public:
  /// What the last relocation of an image calls, and where its result goes (see
  /// wire::Hello).
  static ExecutorAddr relocatedHook() {
    return ExecutorAddr(reinterpret_cast<uintptr_t>(&ProgramImage::resolve));
  }
  static ExecutorAddr resultOfHook();

  /// An empty file for what shall be mapped at \p Place. Fails where the system
  /// lets none be made.
  static Expected<ProgramImage> create(std::string_view Name,
                                       ExecutorRange Place);

  /// \p Bytes are what shall be at \p Start.
  Expected<void> write(ExecutorAddr Start, std::span<const uint8_t> Bytes);

  /// What was written there; false where it cannot be read.
  bool read(ExecutorAddr Start, std::span<uint8_t> Into) const;

  /// Makes it what the dynamic linker will know as \p Path. The file cannot be
  /// written any more. False where the dynamic linker cannot be told where the
  /// file is.
  bool seal(std::string_view Path);

  /// Once sealed, and where nothing but a reservation is at its place: has the
  /// dynamic linker map it and what it needs. \p Relocated is called with \p
  /// Context when all of that is in place and no constructor has run. Fails
  /// with the dynamic linker's reason.
  Expected<void> load(void (*Relocated)(void *), void *Context);

  /// Once relocated, and before any constructor runs: has others see the
  /// program as the process's executable, as far as can be. The executor's
  /// block of thread-local variables is all that it has where it \p OwnsBlock.
  void becomeExecutable(bool OwnsBlock);

  /// For one of several that come and go (dlopen(3), RTLD_LOCAL): once sealed
  /// without a path, has the dynamic linker map it, under \p Name, which has to
  /// stay until unload(). False where it came to lie elsewhere, and is gone
  /// again. No constructor of its own runs. May be called on any thread.
  Expected<bool> loadAside(char *Name);
  /// After that, and once nothing runs in it: has the dynamic linker forget and
  /// unmap it.
  void unload();

  /// As the dynamic linker will know it; empty for its own name of the file.
  std::string_view path() const { return Path ? Path : ""; }

private:
  ProgramImage(transport::Descriptor File, ExecutorRange Place)
      : File(std::move(File)), Place(Place) {}

  static void *resolve();
  bool takeName();
  void makeNameUnique();

  transport::Descriptor File;
  ExecutorRange Place;
  char FileName[160] = {}; ///< For dlopen(3).
  void *Handle = nullptr;  ///< Of loadAside().
  char *OwnName = nullptr; ///< The dynamic linker's, in place of which is ours.
  char *Path = nullptr;    ///< There for as long as the process is.
  void (*Relocated)(void *) = nullptr;
  void *Context = nullptr;
  bool WasRelocated = false;
  bool NeedsExecutableStacks = false; ///< And they have to be made so.
  bool IsExecutable = false;          ///< See completeExecutable().
};

} // namespace remoterun::executor

#endif
