//===- Shipment.h - Working memory to Write frames --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_SHIPMENT_H
#define REMOTERUN_JIT_LINK_SHIPMENT_H

#include "controller/session/Session.h"
#include "jit/link/SectionMemory.h"

#include <span>
#include <sys/uio.h>
#include <vector>

namespace remoterun::jit {

/// What one frame writes: consecutive parts of working memory, of which so many
/// bytes are between sections.
struct ShippedPiece {
  ExecutorAddr Start;
  std::vector<iovec> Parts;
  uint64_t Padding = 0;

  uint64_t size() const;
};

/// The contents of \p Sections, which lie in \p Areas, ascending; what one
/// frame writes must lie in one of them. Zero pages, which the executor has
/// anyway, are in none: there is one piece per area where no such page lies
/// between.
std::vector<ShippedPiece>
shippedPieces(const std::vector<WorkingSection> &Sections,
              std::span<const ExecutorRange> Areas);

/// Views of them.
std::vector<controller::Session::Piece>
sentPieces(std::span<const ShippedPiece> Pieces);

/// Writes them, but for what the executor has kept. Bytes go from working
/// memory to the pipe without a copy.
Expected<void> ship(std::span<const ShippedPiece> Pieces,
                    controller::Session &Session);

} // namespace remoterun::jit

#endif
