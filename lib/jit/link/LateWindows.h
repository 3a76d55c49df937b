//===- LateWindows.h - Memory for code that comes later ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parts of one file in memory, which the controller writes and the executor
// maps over the end of the program's image (see wire::Share). The program reads
// them, all but the first, and finds there what the controller has put there
// meanwhile.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_LATEWINDOWS_H
#define REMOTERUN_JIT_LINK_LATEWINDOWS_H

#include "jit/codegen/LatePlan.h"
#include "jit/link/SlabLayout.h"
#include "jit/target/LateSlots.h"
#include "wire/LateControl.h"
#include "wire/Messages.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace remoterun::jit {

/// How the first window begins.
using wire::LateControl;
static_assert(offsetof(LateControl, Wanted) == LateCode::WantedOffset);

class LateWindows {
public:
  enum Kind : uint8_t {
    Control,
    Slots,
    Index,
    Constants,
    DebugObjects, ///< A LateDebugObject for each function, and what these are
                  ///< about; empty unless somebody debugs.
    Code,
    Symbols, ///< Of the code, at the end of the image's .dynsym
             ///< (BodySymbols.h).
    KindCount
  };

  LateWindows() = default;
  /// For as many late functions as there may be in \p Extent, which are
  /// described to a debugger if the program \p IsDebugged.
  LateWindows(LateExtent Extent, uint64_t PageSize, bool IsDebugged = false);

  uint64_t fileSize() const { return Size; }
  /// Puts the first at \p Start, and the others behind it, but for Symbols.
  void place(ExecutorAddr Start);
  /// How much they take there.
  uint64_t size() const { return All[Symbols].Offset; }
  /// Puts Symbols, or so much of it, at \p Pages.
  void placeSymbols(ExecutorRange Pages) { All[Symbols].Range = Pages; }

  /// In the executor, once placed.
  ExecutorRange range(Kind Which) const { return All[Which].Range; }
  uint64_t offset(Kind Which) const { return All[Which].Offset; }
  /// All that the executor has to map, once placed.
  List<wire::Reserve::Window> mapped() const;
  /// Windows of one protection are one segment.
  std::array<Segment, 3> segments() const;

private:
  struct Window {
    uint64_t Offset = 0; ///< In the file.
    ExecutorRange Range;
  };
  std::array<Window, KindCount> All;
  uint64_t Size = 0;
};

} // namespace remoterun::jit

#endif
