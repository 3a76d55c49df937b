//===- Shipment.cpp - Working memory to Write frames ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/Shipment.h"

#include <algorithm>
#include <cstring>

namespace remoterun::jit {

namespace {

/// Zeroes of at least this many bytes are worth not sending; less are cheaper
/// to send than another frame.
constexpr uint64_t ZeroRun = 4096;

constexpr uint8_t Zeroes[ZeroRun] = {};

/// Bytes that must be sent.
struct Extent {
  ExecutorAddr Target;
  const uint8_t *Memory;
  uint64_t Size;
};

bool isZero(const uint8_t *Memory, uint64_t Size) {
  for (; Size > ZeroRun; Memory += ZeroRun, Size -= ZeroRun)
    if (std::memcmp(Memory, Zeroes, ZeroRun) != 0)
      return false;
  return std::memcmp(Memory, Zeroes, Size) == 0;
}

/// Splits \p Section into what is not zero, in steps of ZeroRun.
void addExtents(const WorkingSection &Section, std::vector<Extent> &Extents) {
  if (Section.Needs.Kind == SectionKind::Zero)
    return;
  uint64_t Start = 0;
  bool InExtent = false;
  for (uint64_t Offset = 0; Offset < Section.Allocated; Offset += ZeroRun) {
    uint64_t Size = std::min(ZeroRun, Section.Allocated - Offset);
    bool Skip = isZero(Section.Memory + Offset, Size);
    if (InExtent && Skip)
      Extents.push_back(
          {Section.Target + Start, Section.Memory + Start, Offset - Start});
    if (!InExtent && !Skip)
      Start = Offset;
    InExtent = !Skip;
  }
  if (InExtent)
    Extents.push_back({Section.Target + Start, Section.Memory + Start,
                       Section.Allocated - Start});
}

/// Consecutive bytes of one area on their way into one frame.
class PendingWrite {
public:
  explicit PendingWrite(controller::Session &Session) : Session(Session) {}

  /// Whether \p Next can go into the same frame.
  bool reaches(const Extent &Next) const {
    return !Parts.empty() && Next.Target - End < ZeroRun;
  }
  void append(const Extent &Next) {
    if (Parts.empty())
      Start = End = Next.Target;
    if (uint64_t Gap = Next.Target - End) {
      Parts.push_back({const_cast<uint8_t *>(Zeroes), Gap});
      Padding += Gap;
    }
    Parts.push_back({const_cast<uint8_t *>(Next.Memory), Next.Size});
    End = Next.Target + Next.Size;
  }
  Expected<void> flush() {
    if (Parts.empty())
      return {};
    auto Sent = Session.write(Start, Parts, Padding);
    Parts.clear();
    Padding = 0;
    return Sent;
  }

private:
  controller::Session &Session;
  ExecutorAddr Start, End;
  std::vector<iovec> Parts;
  uint64_t Padding = 0;
};

} // namespace

Expected<void> shipSections(const std::vector<WorkingSection> &Sections,
                            std::span<const ExecutorRange> Areas,
                            controller::Session &Session) {
  std::vector<Extent> Extents;
  for (const WorkingSection &Section : Sections)
    addExtents(Section, Extents);
  std::sort(
      Extents.begin(), Extents.end(),
      [](const Extent &A, const Extent &B) { return A.Target < B.Target; });

  PendingWrite Write(Session);
  auto Next = Extents.begin();
  for (ExecutorRange Area : Areas) {
    for (; Next != Extents.end() && Area.contains({Next->Target, Next->Size});
         ++Next) {
      if (!Write.reaches(*Next))
        if (auto Sent = Write.flush(); !Sent)
          return Sent;
      Write.append(*Next);
    }
    if (auto Sent = Write.flush(); !Sent)
      return Sent;
  }
  return {};
}

} // namespace remoterun::jit
