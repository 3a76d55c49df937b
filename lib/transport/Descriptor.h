//===- Descriptor.h - An owned file descriptor ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TRANSPORT_DESCRIPTOR_H
#define REMOTERUN_TRANSPORT_DESCRIPTOR_H

#include <utility>

namespace remoterun::transport {

/// Closes its file descriptor when it goes away.
class Descriptor {
public:
  Descriptor() = default;
  explicit Descriptor(int Number) : Number(Number) {}
  Descriptor(Descriptor &&Other) noexcept
      : Number(std::exchange(Other.Number, -1)) {}
  Descriptor &operator=(Descriptor &&Other) noexcept {
    std::swap(Number, Other.Number);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return Number; }
  bool isOpen() const { return Number >= 0; }
  void close();
  /// Hands it to somebody who owns it by its number.
  [[nodiscard]] int release() { return std::exchange(Number, -1); }

private:
  int Number = -1;
};

/// Gives the file a number that is none of 0, 1 and 2, where it has one of them
/// because the caller was started with those closed; close-on-exec. 0 or errno.
int moveAboveStandardStreams(Descriptor &Moved);

/// Sets O_NONBLOCK, which everybody who has the same open file sees.
void makeNonBlocking(int Number);

/// A pipe whose two ends are close-on-exec and never 0, 1 or 2, even where the
/// caller was started with those closed.
struct Pipe {
  Descriptor Reader;
  Descriptor Writer;
};

/// 0 and \p Out, or errno as of pipe2(2) and fcntl(2).
int makePipe(Pipe &Out);

/// The numbers under which an executor looks for its session when nothing tells
/// it others: the highest three below 1024 that the limit on open files allows
/// (RLIMIT_NOFILE, which executor and controller share).
struct AgreedDescriptors {
  int In;          ///< The executor reads requests here.
  int Out;         ///< The executor writes answers here.
  int CrashMemory; ///< It maps this.
};
AgreedDescriptors agreedDescriptors();

} // namespace remoterun::transport

#endif
