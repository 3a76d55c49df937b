//===- CrashReport.cpp - What an executor leaves behind -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/CrashReport.h"

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
  Message = 9,
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

  void operator()(const auto &...Fields) {
    FieldWriter<CrashRecord>{*this}(Fields...);
  }

  void integer(uint64_t Value, unsigned Width) {
    for (unsigned I = 0; I != Width; ++I)
      byte(static_cast<uint8_t>(Value >> (8 * I)));
  }
  void string(std::string_view Text) {
    Text = {Text.data(), std::min(Text.size(), LongestText)};
    integer(Text.size(), 4);
    for (char Char : Text)
      byte(static_cast<uint8_t>(Char));
  }
  void bytes(std::span<const uint8_t> Bytes) {
    for (uint8_t Byte : Bytes)
      byte(Byte);
  }
  bool fits() const { return Fits; }

private:
  void byte(uint8_t Value) {
    if (Size >= Left.size() || Size >= UINT16_MAX)
      Fits = false;
    else
      Left[Size++] = Value;
  }

  CrashRecorder &Recorder;
  std::span<uint8_t> Left;
  size_t Size = 0;
  bool Fits = true;
};

void CrashRecorder::begin(const CrashReport::Death &Cause) {
  Used = 0;
  Modules = 0;
  std::memset(Memory.data(), 0, HeaderSize);
  CrashRecord Record(*this, RecordKind::Death);
  Record(Cause);
}

void CrashRecorder::registers(std::span<const uint64_t> Values) {
  CrashRecord Record(*this, RecordKind::Registers);
  for (uint64_t Value : Values)
    Record(Value);
}

void CrashRecorder::instruction(std::span<const uint8_t> Bytes) {
  CrashRecord Record(*this, RecordKind::Instruction);
  Record(Bytes);
}

uint32_t CrashRecorder::module(const CrashReport::Module &Found) {
  CrashRecord Record(*this, RecordKind::Module);
  Record(Found);
  return Record.fits() ? ++Modules : 0;
}

void CrashRecorder::frame(const CrashReport::Frame &Found) {
  CrashRecord Record(*this, RecordKind::Frame);
  Record(Found);
}

void CrashRecorder::exception(const CrashReport::Exception &Thrown) {
  CrashRecord Record(*this, RecordKind::Exception);
  Record(Thrown);
}

void CrashRecorder::message(std::string_view Text) {
  CrashRecord Record(*this, RecordKind::Message);
  Record(Text);
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

bool isText(std::string_view Text) { return Text.size() <= LongestText; }

/// Adds what a record says to \p Report; false where its values make no sense.
bool readRecord(RecordKind Kind, FieldReader &Reader, CrashReport &Report) {
  switch (Kind) {
  case RecordKind::Death:
    Reader(Report.Cause);
    return Report.Cause.Signal != 0 &&
           Report.Cause.Tried <= CrashReport::Access::Execute;
  case RecordKind::Registers:
    for (size_t Left = Reader.left() / sizeof(uint64_t); Left != 0; --Left) {
      uint64_t Value;
      Reader(Value);
      Report.Registers.push(Value);
    }
    return true;
  case RecordKind::Instruction:
    Reader(Report.Instruction);
    return true;
  case RecordKind::Module: {
    CrashReport::Module Found;
    Reader(Found);
    Report.Modules.push(Found);
    return isText(Found.Path);
  }
  case RecordKind::Frame: {
    CrashReport::Frame Found;
    Reader(Found);
    Report.Frames.push(Found);
    return Found.Module <= Report.Modules.size();
  }
  case RecordKind::Exception:
    Reader(Report.Thrown);
    Report.HasException = true;
    return isText(Report.Thrown.TypeName) && isText(Report.Thrown.What);
  case RecordKind::MoreFrames:
    Report.HasMoreFrames = true;
    return true;
  case RecordKind::Complete:
    Report.IsComplete = true;
    return true;
  case RecordKind::Message:
    Reader(Report.Message);
    return isText(Report.Message);
  }
  return false;
}

} // namespace

std::span<const uint8_t> usedPartOf(std::span<const uint8_t> Memory) {
  ByteReader Header(Memory);
  const size_t Used = Header.u32();
  if (Header.failed() || Used == 0 || Used > Memory.size() - HeaderSize)
    return {};
  return Memory.first(HeaderSize + Used);
}

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
    if (Size > Left.size() || IsFirst != (Kind == RecordKind::Death))
      return BadRecord;
    FieldReader Reader(Left.first(Size));
    if (!readRecord(Kind, Reader, Report) || !Reader.finish())
      return BadRecord;
    Left = Left.subspan(Size);
  }
  return Report;
}

} // namespace remoterun::wire
