//===- LinkedProgram.h - What is sent of a program that is linked -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_LINKEDPROGRAM_H
#define REMOTERUN_JIT_LINK_LINKEDPROGRAM_H

#include "controller/session/Session.h"
#include "jit/link/Shipment.h"
#include "wire/Messages.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// How an image is called.
struct ImageNames {
  std::string Memory; ///< In /proc/PID/maps.
  std::string Path;   ///< By the dynamic linker; see wire::Finalize.
};

/// A program that is relocated for one place: its bytes, and what the executor
/// has to be told of it. Views of what it was made from, which has to outlive
/// it.
struct LinkedProgram {
  bool IsImage = false; ///< A shared object for the dynamic linker.
  List<wire::Reserve::Segment> Segments;
  std::vector<ShippedPiece> Pieces;
  /// Of an image, what is to be in the shared file (wire::Share).
  List<wire::Reserve::Window> Windows;
  List<ExecutorRange> UnwindTables;
  wire::Interpose Replacements;
  /// What the link decides of it; the rest is empty.
  wire::Run Start;

  /// Sends it: Reserve, Write, Finalize. \p Names are for an image.
  Expected<void> ship(const ImageNames &Names,
                      controller::Session &Session) const;
};

} // namespace remoterun::jit

#endif
