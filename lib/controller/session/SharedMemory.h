//===- SharedMemory.h - The executor's shared file, mapped ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The executor makes the file (wire::Share), since a program has parts of it in
// its address space, and a guest shall not find a descriptor of it. Of what it
// said nothing is believed: we must not wait, write to somebody's file, or die
// of a page that is not there.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_SESSION_SHAREDMEMORY_H
#define REMOTERUN_CONTROLLER_SESSION_SHAREDMEMORY_H

#include "controller/session/WindowMemory.h"
#include "remote-run/Failure.h"
#include "transport/Descriptor.h"
#include "transport/PublishedCode.h"

#include <cstdint>
#include <span>
#include <string>
#include <sys/types.h>
#include <utility>

namespace remoterun::controller {

/// Owns a mapping, which stays when the file is closed, by us or the executor.
class SharedMemory final : public WindowMemory {
public:
  /// Maps the file that \p Process has as \p Descriptor, if it is one of
  /// memfd_create(2) under \p Name that has \p Size bytes for good.
  static Expected<SharedMemory> open(pid_t Process, uint32_t Descriptor,
                                     const std::string &Name, uint64_t Size);

  SharedMemory() = default;
  SharedMemory(SharedMemory &&Other) noexcept
      : Memory(std::exchange(Other.Memory, {})), File(std::move(Other.File)) {}
  SharedMemory &operator=(SharedMemory &&Other) noexcept {
    std::swap(Memory, Other.Memory);
    std::swap(File, Other.File);
    return *this;
  }
  ~SharedMemory() override;

  /// Empty where there is none.
  std::span<uint8_t> bytes() const override { return Memory; }
  bool isShared() const override { return true; }
  /// What the same does with bytes(); for much of it in half the time: pages
  /// that are not there yet need neither be made zero nor be mapped here.
  void write(uint64_t Offset, std::span<const uint8_t> Bytes) override;
  void place(uint64_t Offset, uint64_t Size) override {
    transport::publishCode(Memory.subspan(Offset, Size));
  }
  void publish(uint64_t) override {}
  void answer() override;
  void begin() override {}
  void closeFile() override { File.close(); }
  void letGoPages() const override;

private:
  std::span<uint8_t> Memory;
  transport::Descriptor File; ///< Of it, to write to.
};

} // namespace remoterun::controller

#endif
