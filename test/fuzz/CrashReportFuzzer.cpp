//===- CrashReportFuzzer.cpp - Any bytes in place of a crash report -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The input is what a dying guest left in the memory that it shares with the
// controller, which may be anything. Where the first byte is odd, the number of
// bytes of records is made to fit. What the controller understands must be the
// same after an executor has written it once more.
//
//===----------------------------------------------------------------------===//

#include "FuzzTarget.h"
#include "wire/CrashReport.h"

#include <algorithm>
#include <cstring>

using namespace remoterun;
using namespace remoterun::fuzz;
using wire::CrashReport;

namespace {

constexpr size_t HeaderSize = 4;

ByteBuffer memoryOf(std::span<const uint8_t> Input) {
  ByteBuffer Memory;
  Memory.resize(wire::CrashMemorySize);
  std::memset(Memory.data(), 0, Memory.size());
  if (Input.empty())
    return Memory;
  bool Repair = Input[0] & 1;
  Input = Input.subspan(1, std::min(Input.size() - 1, Memory.size()));
  std::copy(Input.begin(), Input.end(), Memory.begin());
  if (Repair && Input.size() >= HeaderSize)
    for (size_t I = 0; I != HeaderSize; ++I)
      Memory[I] = static_cast<uint8_t>((Input.size() - HeaderSize) >> (8 * I));
  return Memory;
}

ByteBuffer writtenAgain(const CrashReport &Report) {
  ByteBuffer Memory;
  Memory.resize(wire::CrashMemorySize);
  wire::CrashRecorder Recorder(Memory.span());
  Recorder.begin(Report.Cause);
  Recorder.registers(Report.Registers.span());
  Recorder.instruction(Report.Instruction);
  uint32_t Number = 0;
  for (const CrashReport::Module &Module : Report.Modules)
    require(Recorder.module(Module) == ++Number);
  for (const CrashReport::Frame &Frame : Report.Frames)
    Recorder.frame(Frame);
  if (Report.HasException)
    Recorder.exception(Report.Thrown);
  if (!Report.Message.empty())
    Recorder.message(Report.Message);
  if (Report.HasMoreFrames)
    Recorder.moreFrames();
  if (Report.IsComplete)
    Recorder.complete();
  return Memory;
}

bool isSame(const CrashReport::Death &A, const CrashReport::Death &B) {
  return A.Signal == B.Signal && A.Code == B.Code && A.Address == B.Address &&
         A.Tried == B.Tried && A.Sender == B.Sender && A.Process == B.Process &&
         A.Thread == B.Thread && A.IsMainThread == B.IsMainThread &&
         A.StackPointer == B.StackPointer && A.StackLimit == B.StackLimit;
}

bool isSame(const CrashReport::Module &A, const CrashReport::Module &B) {
  return A.Base == B.Base && A.Path == B.Path;
}

bool isSame(const CrashReport::Frame &A, const CrashReport::Frame &B) {
  return A.Pc == B.Pc && A.IsExact == B.IsExact && A.Module == B.Module;
}

template <typename T> bool areSame(const List<T> &A, const List<T> &B) {
  return std::equal(A.begin(), A.end(), B.begin(), B.end(),
                    [](const T &X, const T &Y) { return isSame(X, Y); });
}

void requireSame(const CrashReport &A, const CrashReport &B) {
  require(isSame(A.Cause, B.Cause));
  require(std::equal(A.Registers.begin(), A.Registers.end(),
                     B.Registers.begin(), B.Registers.end()));
  require(std::equal(A.Instruction.begin(), A.Instruction.end(),
                     B.Instruction.begin(), B.Instruction.end()));
  require(areSame(A.Modules, B.Modules) && areSame(A.Frames, B.Frames));
  require(A.HasException == B.HasException &&
          A.Thrown.TypeName == B.Thrown.TypeName &&
          A.Thrown.What == B.Thrown.What &&
          A.Thrown.IsUncaught == B.Thrown.IsUncaught);
  require(A.Message == B.Message);
  require(A.HasMoreFrames == B.HasMoreFrames && A.IsComplete == B.IsComplete);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  ByteBuffer Memory = memoryOf({Data, Size});
  auto Report = wire::decodeCrashReport(Memory.span());
  if (!Report) {
    require(*Report.error().Why);
    return 0;
  }
  Accepted = true;
  if (Report->Cause.Signal == 0) {
    require(Report->Frames.empty() && !Report->IsComplete);
    return 0;
  }
  for (const CrashReport::Frame &Frame : Report->Frames)
    require(Frame.Module <= Report->Modules.size());
  ByteBuffer Again = writtenAgain(*Report);
  auto Reread = wire::decodeCrashReport(Again.span());
  require(static_cast<bool>(Reread));
  requireSame(*Report, *Reread);
  return 0;
}
