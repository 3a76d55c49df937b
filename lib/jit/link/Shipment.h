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
#include <vector>

namespace remoterun::jit {

/// Writes the contents of \p Sections, which lie in \p Areas, ascending; what
/// one frame writes must lie in one of them. Bytes go from working memory to
/// the pipe without a copy; zero pages, which the executor has anyway, do not
/// go at all. One frame per area where no such page lies between.
Expected<void> shipSections(const std::vector<WorkingSection> &Sections,
                            std::span<const ExecutorRange> Areas,
                            controller::Session &Session);

} // namespace remoterun::jit

#endif
