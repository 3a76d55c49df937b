//===- FarMemory.cpp - Memory of a program that is elsewhere --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/FarMemory.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::controller {

using transport::Descriptor;

Expected<std::shared_ptr<FarMemory>> FarMemory::create(uint64_t Size,
                                                       uint32_t Functions) {
  auto Fail = [](const char *What) {
    return Failure{Blame::Internal, std::string("cannot ") + What +
                                        " for late code: " + strerror(errno)};
  };
  Descriptor Wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!Wake.isOpen())
    return Fail("make an eventfd");
  // What is not written is no memory.
  void *Mapped = ::mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Mapped == MAP_FAILED)
    return Fail("have memory");
  return std::shared_ptr<FarMemory>(new FarMemory(
      {static_cast<uint8_t *>(Mapped), Size}, std::move(Wake), Functions));
}

FarMemory::~FarMemory() { ::munmap(Memory.data(), Memory.size()); }

void FarMemory::write(uint64_t Offset, std::span<const uint8_t> Bytes) {
  std::copy(Bytes.begin(), Bytes.end(),
            Memory.begin() + static_cast<ptrdiff_t>(Offset));
  place(Offset, Bytes.size());
}

void FarMemory::place(uint64_t Offset, uint64_t Size) {
  if (!IsBegun) {
    if (Size != 0)
      Early.push_back({Offset, Offset + Size});
    return;
  }
  while (Size != 0) {
    uint64_t Part = std::min<uint64_t>(Size, wire::Place::MostBytes);
    ByteBuffer Encoded;
    wire::encode(wire::Place{Offset, Memory.subspan(Offset, Part)}, Encoded);
    Pending.push_back(
        {wire::MessageType::Place, {Encoded.begin(), Encoded.end()}});
    Offset += Part;
    Size -= Part;
  }
}

void FarMemory::publish(uint64_t Offset) {
  if (!IsBegun) {
    place(Offset, sizeof(uint64_t));
    return;
  }
  uint64_t Value;
  std::memcpy(&Value, Memory.data() + Offset, sizeof(Value));
  Words.Words.push({Offset, Value});
}

void FarMemory::answer() {
  if (Words.Words.empty())
    return;
  ByteBuffer Encoded;
  wire::encode(Words, Encoded);
  Words = {};
  Pending.push_back({wire::MessageType::Publish,
                     {Encoded.begin(), Encoded.end()},
                     /*IsLast=*/true});
  std::lock_guard Lock(Guard);
  for (Message &Each : Pending)
    Ready.push_back(std::move(Each));
  Pending.clear();
  ::eventfd_write(Wake.get(), 1);
}

std::vector<FarMemory::Placed> FarMemory::takePlaced() {
  // One message more costs less than so many bytes.
  constexpr uint64_t Near = 64;
  std::sort(Early.begin(), Early.end(),
            [](const Range &A, const Range &B) { return A.Start < B.Start; });
  std::vector<Range> Joined;
  for (const Range &Each : Early)
    if (!Joined.empty() && Each.Start <= Joined.back().End + Near)
      Joined.back().End = std::max(Joined.back().End, Each.End);
    else
      Joined.push_back(Each);
  Early.clear();
  std::vector<Placed> Found;
  for (auto [Start, End] : Joined)
    Found.push_back({Start, Memory.subspan(Start, End - Start)});
  return Found;
}

void FarMemory::noteWoken() const {
  eventfd_t Ignored;
  ::eventfd_read(Wake.get(), &Ignored);
}

std::optional<FarMemory::Message> FarMemory::takeMessage() {
  std::lock_guard Lock(Guard);
  if (Ready.empty())
    return std::nullopt;
  Message Next = std::move(Ready.front());
  Ready.pop_front();
  return Next;
}

const char *FarMemory::take(const wire::Wanted &Message) {
  for (uint32_t Number : Message.Functions) {
    if (Number >= IsTold.size())
      return "a late function that there is not";
    if (IsTold[Number])
      return "a late function that it had told of";
    IsTold[Number] = true;
    std::atomic_ref(control().Wanted[Number]).store(1);
  }
  std::atomic_ref(control().Requests).fetch_add(1);
  wakeAll(control().Requests);
  return nullptr;
}

void FarMemory::endGuest() {
  GuestMustEnd = true;
  ::eventfd_write(Wake.get(), 1);
}

} // namespace remoterun::controller
