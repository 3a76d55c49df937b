//===- LateWindows.cpp - Memory for code that comes later -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LateWindows.h"
#include "jit/link/BodySymbols.h"
#include "jit/link/UnwindIndex.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace remoterun::jit {

/// In bytes. A function's has all types that it is about; most programs call
/// few of their functions.
static uint64_t sizeOfDebugObjects(size_t Functions) {
  constexpr uint64_t OfOne = 64 << 10, Least = uint64_t(16) << 20,
                     Most = uint64_t(256) << 20;
  return Functions * sizeof(wire::LateDebugObject) +
         std::clamp(Functions * OfOne, Least, Most);
}

/// What is not used is no memory, so that there can be plenty.
LateWindows::LateWindows(LateExtent Extent, uint64_t PageSize,
                         bool IsDebugged) {
  const auto [Functions, Instructions] = Extent;
  constexpr uint64_t CodeOfInstruction = 64, Least = uint64_t(4) << 20;
  const uint64_t OfCode = std::max(Least, Instructions * CodeOfInstruction);
  // Each function begins a page then (LateLinker).
  const uint64_t OfPages = IsDebugged ? Functions * PageSize : 0;
  // Twice compiled, and parts of functions; and those of native objects, of
  // which nobody knows yet how many there are.
  constexpr size_t Spare = size_t(1) << 19;
  const uint64_t Sizes[KindCount] = {
      wire::lateControlSize(Functions),
      8 * Functions,
      UnwindIndex::sizeFor(4 * Functions + Spare),
      OfCode,
      IsDebugged ? sizeOfDebugObjects(Functions) : 0,
      OfCode + OfPages,
      BodySymbols::sizeFor(Functions)};
  for (unsigned Which = 0; Which != KindCount; ++Which) {
    All[Which].Offset = Size;
    All[Which].Range.Size = alignTo(Sizes[Which], PageSize);
    Size += All[Which].Range.Size;
  }
}

void LateWindows::place(ExecutorAddr Start) {
  for (unsigned Which = 0; Which != Symbols; ++Which)
    All[Which].Range.Start = Start + All[Which].Offset;
}

List<wire::Reserve::Window> LateWindows::mapped() const {
  List<wire::Reserve::Window> Made;
  // In the order of their addresses.
  if (All[Symbols].Range.Size != 0 && !All[Symbols].Range.Start.isNull())
    Made.push({All[Symbols].Range, All[Symbols].Offset});
  for (const Segment &Each : segments())
    Made.push({Each.Range, Each.Range.Start - All[Control].Range.Start});
  return Made;
}

std::array<Segment, 3> LateWindows::segments() const {
  ExecutorRange ReadOnly = range(Slots);
  ReadOnly.Size = range(Code).Start - ReadOnly.Start;
  return {Segment(range(Control), SectionKind::Writable),
          Segment(ReadOnly, SectionKind::ReadOnly),
          Segment(range(Code), SectionKind::Code)};
}

} // namespace remoterun::jit
