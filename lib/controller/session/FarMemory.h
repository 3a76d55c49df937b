//===- FarMemory.h - Memory of a program that is elsewhere ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where there is no memory in common, this is a copy of the program's. What is
// written to it goes to the far end as messages; what the program asks for is
// written here, so that who compiles finds it as in memory that is shared.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_SESSION_FARMEMORY_H
#define REMOTERUN_CONTROLLER_SESSION_FARMEMORY_H

#include "controller/session/WindowMemory.h"
#include "remote-run/Failure.h"
#include "transport/Descriptor.h"
#include "wire/ForwardedMessages.h"
#include "wire/Messages.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace remoterun::controller {

class FarMemory final : public WindowMemory {
public:
  /// Of so many bytes, for at most so many functions.
  static Expected<std::shared_ptr<FarMemory>> create(uint64_t Size,
                                                     uint32_t Functions);
  ~FarMemory() override;
  FarMemory(const FarMemory &) = delete;
  FarMemory &operator=(const FarMemory &) = delete;

  std::span<uint8_t> bytes() const override { return Memory; }
  bool isShared() const override { return false; }
  void write(uint64_t Offset, std::span<const uint8_t> Bytes) override;
  void place(uint64_t Offset, uint64_t Size) override;
  void publish(uint64_t Offset) override;
  void answer() override;
  void begin() override { IsBegun = true; }
  void closeFile() override {}
  void letGoPages() const override {}

  struct Placed {
    uint64_t Offset;
    std::span<const uint8_t> Bytes;
  };
  /// Before begin(): what the far end does not have yet, ascending, in views.
  std::vector<Placed> takePlaced();

  // From here on, for the thread that has the connection while the guest runs.

  struct Message {
    wire::MessageType Type;
    std::vector<uint8_t> Payload;
    bool IsLast = false; ///< Who waits is woken by it.
  };
  /// For poll(2): readable when there are messages, or the guest is to end.
  int descriptor() const { return Wake.get(); }
  void noteWoken() const;
  /// The next message to be sent; nothing if there is none.
  std::optional<Message> takeMessage();
  /// The program has called functions. The rule that is broken, as an object of
  /// "sent"; null if none.
  [[nodiscard]] const char *take(const wire::Wanted &Message);

  /// On any thread: what the guest waits for will not come.
  void endGuest();
  bool mustGuestEnd() const { return GuestMustEnd; }

  /// Processes that the guest has left behind get what they call. \p IsDone
  /// tells when that is all there; the first call has everything compiled.
  void serveCallers(std::function<bool()> Done) { IsDone = std::move(Done); }
  bool hasAll() const { return !IsDone || IsDone(); }

private:
  FarMemory(std::span<uint8_t> Memory, transport::Descriptor Wake,
            uint32_t Functions)
      : Memory(Memory), Wake(std::move(Wake)), IsTold(Functions) {}

  struct Range {
    uint64_t Start, End;
  };

  std::span<uint8_t> Memory;
  transport::Descriptor Wake; ///< eventfd(2).
  std::vector<bool> IsTold;   ///< By function: the program has called it.
  bool IsBegun = false;
  std::vector<Range> Early; ///< Placed before begin().
  // Until answer().
  std::vector<Message> Pending;
  wire::Publish Words;
  std::mutex Guard;
  std::deque<Message> Ready; ///< Under Guard.
  std::atomic<bool> GuestMustEnd = false;
  std::function<bool()> IsDone;
};

} // namespace remoterun::controller

#endif
