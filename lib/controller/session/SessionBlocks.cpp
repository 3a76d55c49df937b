//===- SessionBlocks.cpp - Sending what a far end has not kept ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "controller/session/Session.h"

#include <algorithm>

namespace remoterun::controller {

using wire::MessageType;

namespace {

/// For less it is not worth to wait for an answer: at 10 Mbit/s these take as
/// long as a round trip of 100 ms.
constexpr uint64_t WorthAsking = 128 << 10;

/// All of it in one place; views of that.
struct DividedPieces {
  explicit DividedPieces(std::span<const Session::Piece> Pieces) {
    size_t Size = 0;
    for (const Session::Piece &Piece : Pieces)
      for (const iovec &Part : Piece.Parts)
        Size += Part.iov_len;
    Bytes.reserve(Size);
    for (const Session::Piece &Piece : Pieces) {
      const size_t Start = Bytes.size();
      for (const iovec &Part : Piece.Parts) {
        auto *First = static_cast<const uint8_t *>(Part.iov_base);
        Bytes.insert(Bytes.end(), First, First + Part.iov_len);
      }
      auto Divided = FarBlocks::divide(Piece.Start.value(),
                                       std::span(Bytes).subspan(Start));
      Blocks.insert(Blocks.end(), Divided.begin(), Divided.end());
    }
  }
  DividedPieces(const DividedPieces &) = delete;

  std::vector<uint8_t> Bytes;
  std::vector<FarBlocks::Block> Blocks;
};

} // namespace

Expected<void> Session::askKept(std::span<const Piece> Pieces) {
  return ask(DividedPieces(Pieces).Blocks);
}

Expected<void> Session::ask(std::span<const FarBlocks::Block> Divided) {
  // One answer at a time is counted.
  if (Blocks->isAsking())
    if (auto Got = receiveKept(); !Got)
      return Got;
  const wire::AskKept Question = Blocks->question(Divided);
  if (Question.Blocks.empty())
    return {};
  return send(Question, count(Question.Blocks.size(), "block"));
}

Expected<void> Session::receiveKept() {
  if (!Blocks || !Blocks->isAsking())
    return {};
  if (auto Got =
          receive(MessageType::Kept, wire::maxPayload(MessageType::Kept));
      !Got)
    return Got;
  auto Answer = wire::decode<wire::Kept>(Payload.span());
  if (!Answer)
    return broken(Answer.error().Why);
  const size_t Asked = Blocks->awaited();
  if (!Blocks->take(*Answer))
    return broken("an answer for " + count(Answer->Has.size(), "block") +
                  " to a question for " + count(Asked, "block"));
  if (WhyNotKept.empty())
    WhyNotKept = printable(Answer->Reason);
  auto Has = std::count(Answer->Has.begin(), Answer->Has.end(), true);
  Trace.frame('<', MessageType::Kept, count(size_t(Has), "block"));
  return {};
}

/// Asks for what was not asked for, and waits, if that may spare enough.
Expected<void>
Session::settleBlocks(std::span<const FarBlocks::Block> Divided) {
  if (auto Got = receiveKept(); !Got)
    return Got;
  uint64_t Unknown = 0;
  for (const FarBlocks::Block &Each : Divided)
    if (Each.Hash && !Blocks->wasAsked(Each))
      Unknown += Each.Bytes.size();
  if (Unknown < WorthAsking)
    return {};
  if (auto Sent = ask(Divided); !Sent)
    return Sent;
  ++Counts.RoundTrips;
  return receiveKept();
}

/// Has what is kept written there, and calls \p Send for the rest, in pieces.
template <typename SendT>
Expected<void> Session::sendUnkept(std::span<const FarBlocks::Block> Divided,
                                   bool InSharedFile, SendT Send) {
  wire::WriteKept Copies;
  for (size_t I = 0; I != Divided.size();) {
    const FarBlocks::Block &First = Divided[I];
    if (auto Number = Blocks->numberOf(First)) {
      Copies.Copies.push({*Number, InSharedFile, First.Where});
      Counts.BytesKept += First.Bytes.size();
      ++I;
      continue;
    }
    size_t Size = 0;
    for (; I != Divided.size() && Divided[I].Where == First.Where + Size &&
           !Blocks->numberOf(Divided[I]);
         ++I) {
      Size += Divided[I].Bytes.size();
      Blocks->note(Divided[I], InSharedFile);
    }
    if (auto Sent = Send(First.Where, std::span(First.Bytes.data(), Size));
        !Sent)
      return Sent;
  }
  if (Copies.Copies.empty())
    return {};
  return send(Copies, count(Copies.Copies.size(), "block"));
}

Expected<void> Session::writeUnkept(std::span<const Piece> Pieces) {
  const DividedPieces Divided(Pieces);
  if (auto Settled = settleBlocks(Divided.Blocks); !Settled)
    return Settled;
  return sendUnkept(Divided.Blocks, /*InSharedFile=*/false,
                    [&](uint64_t Where, std::span<const uint8_t> Bytes) {
                      iovec Part = {const_cast<uint8_t *>(Bytes.data()),
                                    Bytes.size()};
                      return write(ExecutorAddr(Where), {&Part, 1});
                    });
}

Expected<void> Session::placeUnkept(std::span<const FarMemory::Placed> All) {
  std::vector<FarBlocks::Block> Divided;
  for (const auto &[Offset, Bytes] : All) {
    auto Next = FarBlocks::divide(Offset, Bytes);
    Divided.insert(Divided.end(), Next.begin(), Next.end());
  }
  if (auto Settled = settleBlocks(Divided); !Settled)
    return Settled;
  return sendUnkept(Divided, /*InSharedFile=*/true,
                    [&](uint64_t Where, std::span<const uint8_t> Bytes) {
                      return placeBytes(Where, Bytes);
                    });
}

Expected<void> Session::keepSent() {
  if (!Blocks)
    return {};
  const wire::Keep Request = Blocks->takeNoted();
  if (Request.Blocks.empty())
    return {};
  ++StoresAwaited;
  return send(Request, count(Request.Blocks.size(), "block"));
}

Expected<void> Session::receiveStored() {
  for (; StoresAwaited != 0; --StoresAwaited) {
    if (auto Got =
            receive(MessageType::Stored, wire::maxPayload(MessageType::Stored));
        !Got)
      return Got;
    auto Answer = wire::decode<wire::Stored>(Payload.span());
    if (!Answer)
      return broken(Answer.error().Why);
    Counts.BlocksStored += Answer->Blocks;
    if (WhyNotKept.empty())
      WhyNotKept = printable(Answer->Reason);
    Trace.frame('<', MessageType::Stored, count(Answer->Blocks, "block"));
  }
  return {};
}

} // namespace remoterun::controller
