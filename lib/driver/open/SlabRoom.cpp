//===- SlabRoom.cpp - Which parts of a slab modules have ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/SlabRoom.h"

#include <iterator>

namespace remoterun::driver {

SlabRoom::SlabRoom(ExecutorRange Slab) { Free[Slab.Start.value()] = Slab.Size; }

ExecutorRange SlabRoom::find(uint64_t Size) const {
  for (const auto &[Start, Its] : Free)
    if (Its >= Size)
      return {ExecutorAddr(Start), Its};
  return {};
}

void SlabRoom::take(ExecutorRange Range) {
  uint64_t Start = Range.Start.value(), End = Start + Range.Size;
  auto Its = std::prev(Free.upper_bound(Start));
  uint64_t ItsEnd = Its->first + Its->second;
  Its->second = Start - Its->first;
  if (Its->second == 0)
    Free.erase(Its);
  if (End != ItsEnd)
    Free[End] = ItsEnd - End;
}

void SlabRoom::free(ExecutorRange Range) {
  auto Its = Free.emplace(Range.Start.value(), Range.Size).first;
  auto Next = std::next(Its);
  if (Next != Free.end() && Its->first + Its->second == Next->first) {
    Its->second += Next->second;
    Free.erase(Next);
  }
  if (Its == Free.begin())
    return;
  auto Before = std::prev(Its);
  if (Before->first + Before->second == Its->first) {
    Before->second += Its->second;
    Free.erase(Its);
  }
}

uint64_t SlabRoom::left() const {
  uint64_t Sum = 0;
  for (const auto &Each : Free)
    Sum += Each.second;
  return Sum;
}

} // namespace remoterun::driver
