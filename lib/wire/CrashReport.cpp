//===- CrashReport.cpp - What an executor leaves behind -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/CrashReport.h"
#include "wire/MessageParts.h"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace remoterun::wire {

namespace {

enum class RecordKind : uint8_t {
  Death = 1,
  Registers = 2,
  Instruction = 3,
  Module = 4,
  Frame = 5,
  Exception = 6,
  MoreFrames = 7,
  Complete = 8,
};

constexpr size_t HeaderSize = 4;       ///< The number of bytes of records.
constexpr size_t RecordHeaderSize = 3; ///< Kind and size.
constexpr size_t LongestText = 4096;

constexpr Malformed BadRecord{"a crash record that does not match its kind"};

} // namespace

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// One record; it counts when it goes away.
class CrashRecord {
public:
  CrashRecord(CrashRecorder &Recorder, RecordKind Kind)
      : Recorder(Recorder),
        Left(Recorder.Memory.subspan(HeaderSize + Recorder.Used)) {
    if (Left.size() < RecordHeaderSize) {
      Fits = false;
      return;
    }
    Left[0] = static_cast<uint8_t>(Kind);
    Size = RecordHeaderSize;
  }
  CrashRecord(const CrashRecord &) = delete;
  CrashRecord &operator=(const CrashRecord &) = delete;

  ~CrashRecord() {
    if (!Fits)
      return;
    size_t Payload = Size - RecordHeaderSize;
    Left[1] = static_cast<uint8_t>(Payload);
    Left[2] = static_cast<uint8_t>(Payload >> 8);
    Recorder.Used += Size;
    // Not before the record is whole, should this be the last thing we do.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    for (size_t I = 0; I != HeaderSize; ++I)
      Recorder.Memory[I] = static_cast<uint8_t>(Recorder.Used >> (8 * I));
  }

  void integer(uint64_t Value, unsigned Width) {
    for (unsigned I = 0; I != Width; ++I)
      byte(static_cast<uint8_t>(Value >> (8 * I)));
  }
  void address(ExecutorAddr Addr) { integer(Addr.value(), 8); }
  void text(std::string_view Text) {
    size_t Length = std::min(Text.size(), LongestText);
    integer(Length, 4);
    for (size_t I = 0; I != Length; ++I)
      byte(static_cast<uint8_t>(Text[I]));
  }
  void byte(uint8_t Value) {
    if (Size >= Left.size() || Size >= UINT16_MAX)
      Fits = false;
    else
      Left[Size++] = Value;
  }
  bool fits() const { return Fits; }

private:
  CrashRecorder &Recorder;
  std::span<uint8_t> Left;
  size_t Size = 0;
  bool Fits = true;
};

void CrashRecorder::begin(const CrashReport::Death &How) {
  Used = 0;
  Modules = 0;
  std::memset(Memory.data(), 0, HeaderSize);
  CrashRecord Record(*this, RecordKind::Death);
  Record.integer(How.Signal, 4);
  Record.integer(static_cast<uint32_t>(How.Code), 4);
  Record.address(How.Address);
  Record.byte(static_cast<uint8_t>(How.How));
  Record.integer(How.Sender, 4);
  Record.integer(How.Process, 4);
  Record.integer(How.Thread, 4);
  Record.byte(How.IsMainThread);
  Record.address(How.StackPointer);
  Record.address(How.StackLimit);
}

void CrashRecorder::registers(std::span<const uint64_t> Values) {
  CrashRecord Record(*this, RecordKind::Registers);
  for (uint64_t Value : Values)
    Record.integer(Value, 8);
}

void CrashRecorder::instruction(std::span<const uint8_t> Bytes) {
  CrashRecord Record(*this, RecordKind::Instruction);
  for (uint8_t Byte : Bytes)
    Record.byte(Byte);
}

uint32_t CrashRecorder::module(const CrashReport::Module &Found) {
  CrashRecord Record(*this, RecordKind::Module);
  Record.address(Found.Base);
  Record.text(Found.Path);
  Record.text(Found.BuildId);
  return Record.fits() ? ++Modules : 0;
}

void CrashRecorder::frame(const CrashReport::Frame &Found) {
  CrashRecord Record(*this, RecordKind::Frame);
  Record.address(Found.Pc);
  Record.byte(Found.IsExact);
  Record.integer(Found.Module, 4);
}

void CrashRecorder::exception(const CrashReport::Exception &Thrown) {
  CrashRecord Record(*this, RecordKind::Exception);
  Record.byte(Thrown.IsUncaught);
  Record.text(Thrown.TypeName);
  Record.text(Thrown.What);
}

void CrashRecorder::moreFrames() {
  CrashRecord Record(*this, RecordKind::MoreFrames);
}

void CrashRecorder::complete() {
  CrashRecord Record(*this, RecordKind::Complete);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {

bool decodeDeath(ByteReader &Reader, CrashReport &Report) {
  CrashReport::Death &How = Report.How;
  How.Signal = Reader.u32();
  How.Code = static_cast<int32_t>(Reader.u32());
  How.Address = Reader.address();
  uint8_t Access = Reader.u8();
  How.How = static_cast<CrashReport::Access>(Access);
  How.Sender = Reader.u32();
  How.Process = Reader.u32();
  How.Thread = Reader.u32();
  uint8_t IsMain = Reader.u8();
  How.IsMainThread = IsMain != 0;
  How.StackPointer = Reader.address();
  How.StackLimit = Reader.address();
  return How.Signal != 0 && IsMain <= 1 &&
         Access <= static_cast<uint8_t>(CrashReport::Access::Execute);
}

bool decodeModule(ByteReader &Reader, CrashReport &Report) {
  ExecutorAddr Base = Reader.address();
  std::string_view Path = Reader.string();
  Report.Modules.push({Base, Path, Reader.string()});
  return Path.size() <= LongestText;
}

bool decodeFrame(ByteReader &Reader, CrashReport &Report) {
  CrashReport::Frame Found;
  Found.Pc = Reader.address();
  uint8_t IsExact = Reader.u8();
  Found.IsExact = IsExact != 0;
  Found.Module = Reader.u32();
  Report.Frames.push(Found);
  return IsExact <= 1 && Found.Module <= Report.Modules.size();
}

bool decodeException(ByteReader &Reader, CrashReport &Report) {
  uint8_t IsUncaught = Reader.u8();
  Report.Thrown.IsUncaught = IsUncaught != 0;
  Report.Thrown.TypeName = Reader.string();
  Report.Thrown.What = Reader.string();
  Report.HasException = true;
  return IsUncaught <= 1 && Report.Thrown.TypeName.size() <= LongestText &&
         Report.Thrown.What.size() <= LongestText;
}

bool decodeRecord(RecordKind Kind, std::span<const uint8_t> Payload,
                  CrashReport &Report) {
  ByteReader Reader(Payload);
  bool IsGood = true;
  switch (Kind) {
  case RecordKind::Death:
    IsGood = decodeDeath(Reader, Report);
    break;
  case RecordKind::Registers:
    for (size_t Left = Payload.size() / 8; Left != 0; --Left)
      Report.Registers.push(Reader.u64());
    break;
  case RecordKind::Instruction:
    Report.Instruction = Payload;
    return true;
  case RecordKind::Module:
    IsGood = decodeModule(Reader, Report);
    break;
  case RecordKind::Frame:
    IsGood = decodeFrame(Reader, Report);
    break;
  case RecordKind::Exception:
    IsGood = decodeException(Reader, Report);
    break;
  case RecordKind::MoreFrames:
    Report.HasMoreFrames = true;
    break;
  case RecordKind::Complete:
    Report.IsComplete = true;
    break;
  default:
    return false;
  }
  return IsGood && Reader.finished();
}

} // namespace

Decoded<CrashReport> decodeCrashReport(std::span<const uint8_t> Memory) {
  CrashReport Report;
  ByteReader Header(Memory);
  size_t Used = Header.u32();
  if (Header.failed() || Used > Memory.size() - HeaderSize)
    return Malformed{"a crash report that is longer than its memory"};
  std::span<const uint8_t> Left = Memory.subspan(HeaderSize, Used);
  for (bool IsFirst = true; !Left.empty(); IsFirst = false) {
    if (Left.size() < RecordHeaderSize)
      return BadRecord;
    auto Kind = static_cast<RecordKind>(Left[0]);
    size_t Size = static_cast<size_t>(Left[1] | Left[2] << 8);
    Left = Left.subspan(RecordHeaderSize);
    // The first record is what makes it a report, and there is one of it.
    if (Size > Left.size() || IsFirst != (Kind == RecordKind::Death) ||
        !decodeRecord(Kind, Left.first(Size), Report))
      return BadRecord;
    Left = Left.subspan(Size);
  }
  return Report;
}

} // namespace remoterun::wire
