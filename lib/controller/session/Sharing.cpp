//===- Sharing.cpp - Memory for what comes while the program runs ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "controller/session/Session.h"
#include "controller/session/SharedMemory.h"

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
  for (const wire::Place &Each : Memory.takePlaced())
    if (auto Sent =
            send(Each, std::to_string(Each.Bytes.size()) + " bytes at offset " +
                           std::to_string(Each.Offset));
        !Sent)
      return Sent;
  return {};
}

} // namespace remoterun::controller
