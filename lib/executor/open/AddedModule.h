//===- AddedModule.h - Code that a process has been given -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module takes nothing from the process that it is added to: it has its place
// in the slab, is an image of its own for the dynamic linker where that can be
// had, and all of it goes when it is removed.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_ADDEDMODULE_H
#define REMOTERUN_EXECUTOR_OPEN_ADDEDMODULE_H

#include "executor/base/Failure.h"
#include "executor/loader/ProgramImage.h"
#include "executor/memory/Slab.h"
#include "wire/OpenMessages.h"

#include <atomic>
#include <optional>

namespace remoterun::executor {

class AddedModule {
public:
  /// Takes its place in \p Room, which holds no other module there. \p Request
  /// need not outlive this call.
  static Expected<AddedModule *> create(wire::AddModule &Request,
                                        ExecutorRange Room);
  /// The module must have been unmapped.
  static void destroy(AddedModule *Module);

  uint32_t number() const { return Number; }
  /// From its first segment to the end of its last.
  ExecutorRange place() const { return Place; }
  bool isStarted() const { return IsStarted; }
  /// Whether all of \p Range is in one segment of that protection.
  bool holds(ExecutorRange Range, wire::Protection Wanted) const;

  /// Where in memory \p Range is to be written to; nothing for an image, whose
  /// bytes go to write(). Only before map().
  Expected<std::optional<std::span<uint8_t>>> writable(ExecutorRange Range);
  Expected<void> write(ExecutorAddr Start, std::span<const uint8_t> Bytes);

  /// How map() ended.
  struct Mapping {
    wire::ModuleStarted::Outcome State = wire::ModuleStarted::Outcome::Started;
    Failure Why; ///< Where it is not Started.
  };
  /// Has it mapped, or protected, and relocated, so that initialize() can run.
  /// An error means that the controller broke a rule; where it could not be
  /// mapped, nothing of it is left.
  Expected<Mapping> map(const wire::StartModule &Request);
  void initialize();
  /// Runs its finalizers and the destructors that it has registered.
  void finalize();
  /// Gives its memory back to the slab's reservation. False where somebody else
  /// has mapped something there meanwhile: that is his then.
  bool unmap();

  /// Calls that run in it, or are about to.
  std::atomic<uint32_t> Running = 0;

private:
  AddedModule() = default;

  Expected<void> checkStart(const wire::StartModule &Request) const;
  Mapping mapImage();

  uint32_t Number = 0;
  List<wire::Reserve::Segment> Segments;
  ExecutorRange Place;
  std::optional<ProgramImage> Image;
  Failure WhyNoImage;
  List<char> Name; ///< The dynamic linker's, of an image.
  bool IsImage = false;
  bool IsStarted = false;
  bool HasPlace = true; ///< Nobody else has anything there.
  List<ExecutorRange> UnwindTables, Initializers, Finalizers;
  ExecutorAddr DsoHandle;
};

} // namespace remoterun::executor

#endif
