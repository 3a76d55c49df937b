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

/// Whether \p Next can go into the frame of \p Piece, which ends at \p End.
bool reaches(const ShippedPiece &Piece, ExecutorAddr End, const Extent &Next) {
  return !Piece.Parts.empty() && Next.Target - End < ZeroRun;
}

} // namespace

uint64_t ShippedPiece::size() const {
  uint64_t Size = 0;
  for (const iovec &Part : Parts)
    Size += Part.iov_len;
  return Size;
}

std::vector<ShippedPiece>
shippedPieces(const std::vector<WorkingSection> &Sections,
              std::span<const ExecutorRange> Areas) {
  std::vector<Extent> Extents;
  for (const WorkingSection &Section : Sections)
    addExtents(Section, Extents);
  std::sort(
      Extents.begin(), Extents.end(),
      [](const Extent &A, const Extent &B) { return A.Target < B.Target; });

  std::vector<ShippedPiece> Pieces;
  auto Next = Extents.begin();
  for (ExecutorRange Area : Areas) {
    bool IsNew = true; // A piece of this area.
    ExecutorAddr End;
    for (; Next != Extents.end() && Area.contains({Next->Target, Next->Size});
         ++Next) {
      if (IsNew || !reaches(Pieces.back(), End, *Next)) {
        Pieces.push_back({Next->Target, {}, 0});
        IsNew = false;
      } else if (uint64_t Gap = Next->Target - End) {
        Pieces.back().Parts.push_back({const_cast<uint8_t *>(Zeroes), Gap});
        Pieces.back().Padding += Gap;
      }
      Pieces.back().Parts.push_back(
          {const_cast<uint8_t *>(Next->Memory), Next->Size});
      End = Next->Target + Next->Size;
    }
  }
  return Pieces;
}

std::vector<controller::Session::Piece>
sentPieces(std::span<const ShippedPiece> Pieces) {
  std::vector<controller::Session::Piece> Sent;
  for (const ShippedPiece &Piece : Pieces)
    Sent.push_back({Piece.Start, Piece.Parts});
  return Sent;
}

Expected<void> ship(std::span<const ShippedPiece> Pieces,
                    controller::Session &Session) {
  if (Session.keepsBlocks())
    return Session.writeUnkept(sentPieces(Pieces));
  for (const ShippedPiece &Piece : Pieces)
    if (auto Sent = Session.write(Piece.Start, Piece.Parts, Piece.Padding);
        !Sent)
      return Sent;
  return {};
}

} // namespace remoterun::jit
