//===- JsonStream.h - JSON without an allocation ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A signal handler writes it, too: no memory is allocated, no lock is taken.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_RESULT_JSONSTREAM_H
#define REMOTERUN_CONTROLLER_RESULT_JSONSTREAM_H

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace remoterun::controller {

/// One object, an attribute a line (RFC 8259). Async-signal-safe.
class JsonStream {
public:
  explicit JsonStream(int Descriptor) : Descriptor(Descriptor) {}

  /// Without a key for the outermost one.
  void beginObject(std::string_view Key = {});
  void endObject();
  void null(std::string_view Key);
  void boolean(std::string_view Key, bool Value);
  void number(std::string_view Key, uint64_t Value);
  /// With six digits behind the point.
  void seconds(std::string_view Key, uint64_t Microseconds);
  /// What is not UTF-8 becomes U+FFFD.
  void string(std::string_view Key, std::string_view Value);

  /// Writes what is left. 0, or the errno of the first write that failed.
  int finish();

private:
  void begin(std::string_view Key);
  void put(std::string_view Text);
  void putNumber(uint64_t Value, int LeastDigits = 1);
  void putQuoted(std::string_view Text);
  void flush();

  int Descriptor;
  int Error = 0;
  int Depth = 0;
  bool IsFirst = true;
  size_t Used = 0;
  char Buffer[1024];
};

} // namespace remoterun::controller

#endif
