//===- ByteQueue.h - Bytes that wait ----------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TRANSPORT_BYTEQUEUE_H
#define REMOTERUN_TRANSPORT_BYTEQUEUE_H

#include "wire/List.h"

#include <cstring>
#include <span>

namespace remoterun::transport {

/// First in, first out, in one piece of memory.
class ByteQueue {
public:
  bool empty() const { return First == Bytes.size(); }
  size_t size() const { return Bytes.size() - First; }
  std::span<const uint8_t> front() const {
    return {Bytes.data() + First, size()};
  }

  void append(std::span<const uint8_t> More) {
    closeUp();
    Bytes.append(More.data(), More.size());
  }
  /// Room for \p Size bytes at the end, of which keep() says how many count.
  std::span<uint8_t> room(size_t Size) {
    closeUp();
    size_t Used = Bytes.size();
    Bytes.resize(Used + Size);
    Open = Size;
    return {Bytes.data() + Used, Size};
  }
  void keep(size_t Size) {
    Bytes.resize(Bytes.size() - Open + Size);
    Open = 0;
  }
  void drop(size_t Size) {
    First += Size;
    if (empty()) {
      Bytes.clear();
      First = 0;
    }
  }

private:
  /// What was dropped is most of it: it is worth moving the rest.
  void closeUp() {
    if (First < Bytes.size() / 2 || First == 0)
      return;
    std::memmove(Bytes.data(), Bytes.data() + First, size());
    Bytes.resize(size());
    First = 0;
  }

  ByteBuffer Bytes;
  size_t First = 0;
  size_t Open = 0;
};

} // namespace remoterun::transport

#endif
