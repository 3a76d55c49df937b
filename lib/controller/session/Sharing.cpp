//===- Sharing.cpp - Memory for what comes while the program runs ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "controller/session/Session.h"
#include "controller/session/SharedMemory.h"

#include <algorithm>

namespace remoterun::controller {

using wire::MessageType;

Expected<Sharing> Session::share(const std::string &Name, uint64_t Size,
                                 uint32_t Functions) {
  Sharing Result;
  Far.reset();
  if (auto Sent =
          send(wire::Share{Name, Size, Functions},
               printable(Name) + ", " + std::to_string(Size) + " bytes");
      !Sent)
    return Sent.error();
  ++Counts.RoundTrips;
  if (auto Got =
          receive(MessageType::Shared, wire::maxPayload(MessageType::Shared));
      !Got)
    return Got.error();
  auto Answer = wire::decode<wire::Shared>(Payload.span());
  if (!Answer)
    return broken(Answer.error().Why);
  if (Answer->Descriptor == wire::Shared::None)
    Result.WhyNot = printable(Answer->Reason);
  else if (Answer->Functions != Functions)
    return broken("a shared file for other functions");
  else if (auto Opened = open(*Answer, Name, Size))
    Result.Memory = std::move(*Opened);
  else
    Result.WhyNot = Opened.error().Message;
  Trace.frame('<', MessageType::Shared,
              Result.WhyNot.empty() ? "mapped" : Result.WhyNot);
  return Result;
}

Expected<std::shared_ptr<WindowMemory>>
Session::open(const wire::Shared &Answer, const std::string &Name,
              uint64_t Size) {
  if (Process.isForwarded()) {
    auto Made = FarMemory::create(Size, Answer.Functions);
    if (!Made)
      return Made.error();
    Far = std::move(*Made);
    return std::shared_ptr<WindowMemory>(Far);
  }
  auto Opened =
      SharedMemory::open(Process.pid(), Answer.Descriptor, Name, Size);
  if (!Opened)
    return Opened.error();
  return std::shared_ptr<WindowMemory>(
      std::make_shared<SharedMemory>(std::move(*Opened)));
}

Expected<void> Session::place(FarMemory &Memory) {
  const std::vector<FarMemory::Placed> All = Memory.takePlaced();
  if (Blocks) {
    if (auto Sent = placeUnkept(All); !Sent)
      return Sent;
    return keepSent();
  }
  for (const auto &[Offset, Bytes] : All)
    if (auto Sent = placeBytes(Offset, Bytes); !Sent)
      return Sent;
  return {};
}

Expected<void> Session::placeBytes(uint64_t Offset,
                                   std::span<const uint8_t> Bytes) {
  while (!Bytes.empty()) {
    const size_t Part = std::min<size_t>(Bytes.size(), wire::Place::MostBytes);
    if (auto Sent = send(wire::Place{Offset, Bytes.first(Part)},
                         std::to_string(Part) + " bytes at offset " +
                             std::to_string(Offset));
        !Sent)
      return Sent;
    Offset += Part;
    Bytes = Bytes.subspan(Part);
  }
  return {};
}

} // namespace remoterun::controller
