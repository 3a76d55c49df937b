//===- OpenMessages.cpp - Messages of an open session ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/OpenMessages.h"
#include "wire/MessageParts.h"

namespace remoterun::wire {

Decoded<void> AddModule::check() const {
  // What is said of the segments of a program holds for these.
  Reserve AsProgram;
  AsProgram.Segments.append(Segments.data(), Segments.size());
  AsProgram.ImageName = ImageName;
  if (auto Checked = AsProgram.check(); !Checked)
    return Checked;
  if (holdsZeroByte(ImagePath))
    return ZeroByte;
  if (Segments.empty())
    return Malformed{"a module of no segments"};
  return {};
}

Decoded<void> ModuleStarted::check() const {
  if (State > Outcome::Crashed)
    return Malformed{"an unknown outcome of a module"};
  if (State != Outcome::Crashed && !Report.empty())
    return Malformed{"a report of no crash"};
  return {};
}

Decoded<void> Call::check() const {
  if (ResultSize > MostResult)
    return Malformed{"a result that is larger than it may be"};
  return {};
}

Decoded<void> ReadMemory::check() const {
  if (Range.Size > MostBytes)
    return Malformed{"a question for more memory than may be asked for"};
  return {};
}

} // namespace remoterun::wire
