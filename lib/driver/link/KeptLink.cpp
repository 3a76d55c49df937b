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
  KeptLink Result(std::move(Kept->Bytes));
  if (!Result.decode(Kept->File))
    return std::nullopt;
  return Result;
}

bool KeptLink::decode(const jit::OpenKeyedFile &File) {
  wire::ByteReader In = readerOf(*Bytes);
  if (In.u8() != 0)
    Late = LateTables::decode(
        In, [File]() -> std::shared_ptr<const LateReferences> {
          auto Rest = File.readRest();
          return Rest ? LateReferences::decode(readerOf(*Rest)) : nullptr;
        });
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
  std::vector<ExecutorRange> Places(In.count(/*SmallestElement=*/16));
  for (ExecutorRange &Place : Places)
    Place = In.range();
  std::span<const uint8_t> Rest = In.rest();
  for (ExecutorRange Place : Places) {
    if (Place.Size > Rest.size())
      return false;
    auto *Start = const_cast<uint8_t *>(Rest.data());
    Program.Pieces.push_back({Place.Start, {{Start, Place.Size}}, 0});
    Rest = Rest.subspan(Place.Size);
  }
  if (!Places.empty())
    LastPiece = Places.back();
  return Rest.empty() && !In.failed() &&
         uint64_t(DebugPathOffset) + DebugPathSize <= LastPiece.Size;
}

ExecutorAddr KeptLink::debugPlace() const {
  return DebugPathSize != 0 ? LastPiece.Start : ExecutorAddr();
}

bool KeptLink::setDebugPath(StringRef Path) {
  if (Path.empty() || Path.size() != DebugPathSize)
    return false;
  size_t Start = Bytes->size() - LastPiece.Size;
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
  ByteBuffer Start;
  wire::ByteWriter Out(Start);
  Out.u8(Late != nullptr);
  if (Late)
    Late->encode(Out);
  Out.bytes(Description.span());
  std::string Bytes(reinterpret_cast<const char *>(Start.data()), Start.size());
  for (const jit::ShippedPiece &Piece : Pieces)
    for (const iovec &Part : Piece.Parts)
      Bytes.append(static_cast<const char *>(Part.iov_base), Part.iov_len);
  const size_t StartSize = Bytes.size();
  if (Late) {
    ByteBuffer Rest;
    wire::ByteWriter OutRest(Rest);
    Late->References->get()->encode(OutRest);
    Bytes.append(reinterpret_cast<const char *>(Rest.data()), Rest.size());
  }
  Cache.store(Key, Bytes, StartSize);
}

} // namespace remoterun::driver
