//===- WindowMemory.h - Memory of a program that runs -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_SESSION_WINDOWMEMORY_H
#define REMOTERUN_CONTROLLER_SESSION_WINDOWMEMORY_H

#include "wire/LateControl.h"

#include <cstdint>
#include <span>

namespace remoterun::controller {

/// What a program that runs finds in its windows (wire::Reserve), and we write
/// meanwhile: the same memory, or a copy of which the far end gets all that is
/// said here to have been written. By one thread at a time.
class WindowMemory {
public:
  virtual ~WindowMemory() = default;

  virtual std::span<uint8_t> bytes() const = 0;
  /// It is the program's memory itself, and we are to answer.
  virtual bool isShared() const = 0;
  /// To where nobody looks yet: writes and places \p Bytes.
  virtual void write(uint64_t Offset, std::span<const uint8_t> Bytes) = 0;
  /// So much has been written, where nobody looks yet.
  virtual void place(uint64_t Offset, uint64_t Size) = 0;
  /// An aligned word of 8 bytes has been written, by which the program finds
  /// what was placed before.
  virtual void publish(uint64_t Offset) = 0;
  /// Has who waits for functions look again.
  virtual void answer() = 0;
  /// The program runs, or is about to.
  virtual void begin() = 0;
  /// There will be no more write().
  virtual void closeFile() = 0;
  /// What is in it stays, and takes no memory of ours until it is touched here
  /// again, if that can be.
  virtual void letGoPages() const = 0;

  wire::LateControl &control() const {
    return *reinterpret_cast<wire::LateControl *>(bytes().data());
  }
};

/// Wakes all who wait for \p Word of shared memory to change (futex(2)).
void wakeAll(uint32_t &Word);

} // namespace remoterun::controller

#endif
