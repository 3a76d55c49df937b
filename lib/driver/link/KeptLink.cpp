//===- KeptLink.cpp - A program that was linked before --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/KeptLink.h"
#include "wire/Codec.h"
#include "wire/Fields.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

/// A message as a text of the entry.
template <typename MessageT>
void addMessage(const MessageT &Message, wire::ByteWriter &Out) {
  ByteBuffer Encoded;
  wire::encode(Message, Encoded);
  Out.string({reinterpret_cast<const char *>(Encoded.data()), Encoded.size()});
}

template <typename MessageT>
bool readMessage(wire::ByteReader &In, MessageT &Message) {
  std::string_view Text = In.string();
  auto Decoded = wire::decode<MessageT>(
      {reinterpret_cast<const uint8_t *>(Text.data()), Text.size()});
  if (!Decoded)
    return false;
  Message = std::move(*Decoded);
  return true;
}

StringRef textOf(const ByteBuffer &Bytes) {
  return {reinterpret_cast<const char *>(Bytes.data()), Bytes.size()};
}

wire::ByteReader readerOf(const jit::ObjectBytes &Bytes) {
  return wire::ByteReader(
      {reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size()});
}

bool isSame(const wire::LookupReply::Symbol &Kept,
            const wire::LookupReply::Symbol &Now) {
  return Kept.Kind == Now.Kind && Kept.Size == Now.Size &&
         Kept.DataAlignment == Now.DataAlignment &&
         Kept.Version == Now.Version &&
         (Kept.Address.isNull() || Kept.Address == Now.Address);
}

} // namespace

std::optional<KeptLink> KeptLink::load(const jit::CacheKey &Key,
                                       const jit::CompilationCache &Cache) {
  std::string Distrust; // The program's entry beside it was trusted.
  auto Kept = jit::readKeyedStart(Cache.pathOf(Key), Key, Distrust);
  if (!Kept)
    return std::nullopt;
  KeptLink Result(std::move(*Kept));
  if (!Result.decode())
    return std::nullopt;
  return Result;
}

bool KeptLink::decode() {
  wire::ByteReader In = readerOf(*Description);
  SpareLoaded.resize(In.count(/*SmallestElement=*/4));
  for (uint32_t &Number : SpareLoaded)
    Number = In.u32();
  HasQuestion = In.u8() != 0;
  if (HasQuestion && (!readMessage(In, Question) || !readMessage(In, Answer)))
    return false;
  Counts.Objects = In.u64();
  Counts.Sections = In.u64();
  HasDebugInfo = In.u8() != 0;
  DebugPathSize = In.u32();
  DebugPathOffset = In.u32();
  Program.IsImage = true;
  wire::Reserve Reservation;
  wire::Finalize Finalization;
  if (!readMessage(In, Reservation) || !readMessage(In, Finalization) ||
      !readMessage(In, Program.Replacements) || !readMessage(In, Program.Start))
    return false;
  Program.Segments = std::move(Reservation.Segments);
  Program.Windows = std::move(Reservation.Windows);
  Program.UnwindTables = std::move(Finalization.UnwindTables);
  Program.Start.Arguments.clear();
  Places.resize(In.count(/*SmallestElement=*/16));
  for (ExecutorRange &Place : Places) {
    Place = In.range();
    if (Place.Size > UINT64_MAX - Size)
      return false;
    Size += Place.Size;
  }
  Sum = In.u64();
  const uint64_t LastSize = Places.empty() ? 0 : Places.back().Size;
  return decodeLate(In) && In.finished() &&
         uint64_t(DebugPathOffset) + DebugPathSize <= LastSize;
}

bool KeptLink::decodeLate(wire::ByteReader &In) {
  if (In.u8() == 0)
    return true;
  const uint64_t Behind = Description->size() + Size;
  const uint64_t ItsSize = In.u64();
  const jit::Checksum ItsSum = In.u64();
  if (Behind < Size)
    return false;
  auto Read = [File = File, Behind, ItsSize,
               ItsSum]() -> std::shared_ptr<const LateReferences> {
    auto Found = File.read(Behind, ItsSize);
    return Found && jit::checksumOf(*Found) == ItsSum
               ? LateReferences::decode(readerOf(*Found))
               : nullptr;
  };
  Late = LateTables::decode(In, std::move(Read));
  return true;
}

bool KeptLink::readProgram() {
  auto Found = File.read(Description->size(), Size);
  if (!Found || jit::checksumOf(*Found) != Sum)
    return false;
  Bytes = std::make_unique<jit::ObjectBytes>(std::move(*Found));
  char *Next = Bytes->data();
  for (ExecutorRange Place : Places) {
    Program.Pieces.push_back({Place.Start, {{Next, Place.Size}}, 0});
    Next += Place.Size;
  }
  return true;
}

ExecutorAddr KeptLink::debugPlace() const {
  return DebugPathSize != 0 ? Places.back().Start : ExecutorAddr();
}

bool KeptLink::setDebugPath(StringRef Path) {
  if (Path.empty() || Path.size() != DebugPathSize)
    return false;
  size_t Start = Bytes->size() - Places.back().Size;
  copy(Path, Bytes->data() + Start + DebugPathOffset);
  return true;
}

bool KeptLink::isAnswer(const wire::LookupReply &Reply) const {
  auto SameVersion = [](const wire::LookupReply::Version &A,
                        const wire::LookupReply::Version &B) {
    return A.Library == B.Library && A.Name == B.Name;
  };
  return std::ranges::equal(Answer.Symbols.span(), Reply.Symbols.span(),
                            isSame) &&
         std::ranges::equal(Answer.Needed.span(), Reply.Needed.span()) &&
         std::ranges::equal(Answer.Directories.span(),
                            Reply.Directories.span()) &&
         std::ranges::equal(Answer.Versions.span(), Reply.Versions.span(),
                            SameVersion) &&
         std::ranges::equal(Answer.Referenced.span(), Reply.Referenced.span());
}

void LinkToKeep::add(ArrayRef<uint32_t> SpareLoaded,
                     const wire::Lookup *Question,
                     const wire::LookupReply *Answer) {
  wire::ByteWriter Out(Description);
  Out.u32(static_cast<uint32_t>(SpareLoaded.size()));
  for (uint32_t Number : SpareLoaded)
    Out.u32(Number);
  Out.u8(Question != nullptr);
  if (!Question)
    return;
  addMessage(*Question, Out);
  addMessage(*Answer, Out);
}

void LinkToKeep::add(jit::LinkedProgram &Program, LinkCounts Counts,
                     bool HasDebugInfo, StringRef DebugPath) {
  wire::ByteWriter Out(Description);
  Out.u64(Counts.Objects);
  Out.u64(Counts.Sections);
  Out.u8(HasDebugInfo);
  size_t Offset = StringRef::npos;
  if (!DebugPath.empty() && !Program.Pieces.empty()) {
    const iovec &Last = Program.Pieces.back().Parts.front();
    StringRef Bytes(static_cast<const char *>(Last.iov_base), Last.iov_len);
    Offset = Bytes.find(DebugPath);
  }
  // There may have been no room for it.
  bool IsThere = Offset != StringRef::npos;
  Out.u32(IsThere ? static_cast<uint32_t>(DebugPath.size()) : 0);
  Out.u32(IsThere ? static_cast<uint32_t>(Offset) : 0);
  wire::Reserve Reservation;
  Reservation.Segments.append(Program.Segments.data(), Program.Segments.size());
  Reservation.Windows.append(Program.Windows.data(), Program.Windows.size());
  Reservation.ImageName = "program";
  wire::Finalize Finalization;
  Finalization.UnwindTables.append(Program.UnwindTables.data(),
                                   Program.UnwindTables.size());
  addMessage(Reservation, Out);
  addMessage(Finalization, Out);
  addMessage(Program.Replacements, Out);
  // Those of a run are still to come, and none is no Run.
  Program.Start.Arguments.push("");
  addMessage(Program.Start, Out);
  Program.Start.Arguments.clear();
  Pieces = Program.Pieces;
  Out.u32(static_cast<uint32_t>(Pieces.size()));
  for (const jit::ShippedPiece &Piece : Pieces)
    Out.range({Piece.Start, Piece.size()});
}

uint64_t LinkToKeep::size() const {
  uint64_t Size = Description.size();
  for (const jit::ShippedPiece &Piece : Pieces)
    Size += Piece.size();
  return Size;
}

void LinkToKeep::store(const jit::CacheKey &Key, const LateTables *Late,
                       jit::CompilationCache &Cache) const {
  std::string Bytes;
  for (const jit::ShippedPiece &Piece : Pieces)
    for (const iovec &Part : Piece.Parts)
      Bytes.append(static_cast<const char *>(Part.iov_base), Part.iov_len);
  ByteBuffer Start, ForLate;
  wire::ByteWriter Out(Start);
  Out.bytes(Description.span());
  Out.u64(jit::checksumOf(StringRef(Bytes)));
  Out.u8(Late != nullptr);
  if (Late) {
    wire::ByteWriter OutForLate(ForLate);
    Late->References->get()->encode(OutForLate);
    Out.u64(ForLate.size());
    Out.u64(jit::checksumOf(ArrayRef(ForLate.data(), ForLate.size())));
    Late->encode(Out);
  }
  Cache.store(Key, (Twine(textOf(Start)) + Bytes + textOf(ForLate)).str(),
              Start.size());
}

} // namespace remoterun::driver
