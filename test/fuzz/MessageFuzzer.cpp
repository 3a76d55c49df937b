//===- MessageFuzzer.cpp - Any bytes in place of messages -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first byte is the message's type, the rest its payload. What a decoder
// accepts must come out of the encoder as it went in: there are no two ways to
// say the same.
//
//===----------------------------------------------------------------------===//

#include "FuzzTarget.h"
#include "wire/BlockMessages.h"
#include "wire/ForwardedMessages.h"
#include "wire/Messages.h"
#include "wire/OpenMessages.h"

#include <cstring>
#include <string_view>

using namespace remoterun;
using namespace remoterun::fuzz;

namespace {

using Payload = std::span<const uint8_t>;

void requireSound(const wire::Hello &Message) {
  require(Message.Slab.Size != 0 && !Message.Slab.Start.isNull() &&
          !Message.Triple.empty());
  require(Message.Slab.Start + Message.Slab.Size > Message.Slab.Start);
}

void requireSound(const wire::Reserve &Message) {
  for (size_t I = 1; I < Message.Segments.size(); ++I)
    require(!Message.Segments[I].Range.overlaps(Message.Segments[I - 1].Range));
}

void requireSound(const wire::LookupReply &Message) {
  for (size_t I = 1; I < Message.Referenced.size(); ++I)
    require(Message.Referenced[I] > Message.Referenced[I - 1]);
  for (const wire::LookupReply::Symbol &Symbol : Message.Symbols) {
    require(Symbol.Version <= Message.Versions.size());
    require(Symbol.Kind != wire::SymbolKind::Missing ||
            Symbol.Address.isNull());
  }
  for (std::string_view Name : Message.Needed)
    require(!Name.empty() && Name.find('\0') == Name.npos);
  for (std::string_view Name : Message.Directories)
    require(!Name.empty() && Name.find('\0') == Name.npos &&
            Name.find(':') == Name.npos);
}

void requireForC(const List<std::string_view> &Strings) {
  for (std::string_view Text : Strings)
    require(Text.find('\0') == Text.npos);
}

void requireVariables(const List<std::string_view> &Strings) {
  for (std::string_view Text : Strings)
    require(Text.find('=') != Text.npos && Text[0] != '=');
}

/// Run and Start.
template <typename MessageT> void requireStart(const MessageT &Message) {
  require(!Message.Arguments.empty());
  requireForC(Message.Arguments);
  requireForC(Message.Environment);
  requireVariables(Message.Environment);
  require(Message.Directory.find('\0') == Message.Directory.npos);
}

void requireSound(const wire::Run &Message) { requireStart(Message); }

void requireSound(const wire::Start &Message) { requireStart(Message); }

void requireSound(const wire::Signal &Message) {
  require(Message.Number >= 1 && Message.Number <= 64);
}

void requireSound(const wire::Ended &Message) {
  require(Message.Code <= (Message.Signaled ? 64u : 255u));
}

void requireSound(const wire::Failed &Message) {
  require(!Message.Reason.empty());
}

void requireSound(const wire::Elsewhere &Message) {
  require(Message.Slab.Size != 0 && !Message.Slab.Start.isNull() &&
          !Message.Reason.empty());
}

void requireSound(const wire::AddModule &Message) {
  require(!Message.Segments.empty());
  for (size_t I = 1; I < Message.Segments.size(); ++I)
    require(!Message.Segments[I].Range.overlaps(Message.Segments[I - 1].Range));
  require(Message.ImagePath.find('\0') == Message.ImagePath.npos);
}

void requireSound(const wire::ModuleStarted &Message) {
  require(Message.State == wire::ModuleStarted::Outcome::Crashed ||
          Message.Report.empty());
}

/// AskKept and Keep.
template <typename MessageT> void requireBlocks(const MessageT &Message) {
  for (const auto &Block : Message.Blocks)
    require(Block.Size != 0 && Block.Size <= wire::LargestBlock);
}

void requireSound(const wire::AskKept &Message) { requireBlocks(Message); }

void requireSound(const wire::Keep &Message) { requireBlocks(Message); }

void requireSound(const wire::Call &Message) {
  require(Message.ResultSize <= wire::Call::MostResult);
}

void requireSound(const wire::ReadMemory &Message) {
  require(Message.Range.Size <= wire::ReadMemory::MostBytes);
}

template <typename MessageT> void requireSound(const MessageT &) {}

template <typename MessageT> void check(Payload Bytes) {
  auto Message = wire::decode<MessageT>(Bytes);
  if (!Message) {
    require(*Message.error().Why);
    return;
  }
  requireSound(*Message);
  ByteBuffer Again;
  wire::encode(*Message, Again);
  require(Again.size() == Bytes.size() &&
          (Bytes.empty() ||
           std::memcmp(Again.data(), Bytes.data(), Bytes.size()) == 0));
  Accepted = true;
}

/// The version must be readable in every Hello and Start, whatever follows it.
void checkVersion(const wire::Decoded<uint32_t> &Version, Payload Bytes) {
  require(static_cast<bool>(Version) == (Bytes.size() >= 4));
}

/// Whether \p Type is one of them.
template <typename... MessageTs>
bool checkOneOf(wire::MessageType Type, Payload Bytes) {
  return ((Type == MessageTs::Type && (check<MessageTs>(Bytes), true)) || ...);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  if (Size == 0)
    return 0;
  auto Type = static_cast<wire::MessageType>(Data[0]);
  Payload Bytes(Data + 1, Size - 1);
  if (Type == wire::MessageType::Hello || Type == wire::MessageType::Start)
    checkVersion(wire::decodeVersion(Bytes), Bytes);
  bool IsChecked = checkOneOf<
      wire::Hello, wire::Load, wire::Lookup, wire::LookupReply, wire::Reserve,
      wire::Write, wire::Finalize, wire::Interpose, wire::Run, wire::Running,
      wire::Failed, wire::DescribeCpu, wire::Cpu, wire::Start, wire::Input,
      wire::OutputCredit, wire::CloseOutput, wire::Signal, wire::Output,
      wire::InputCredit, wire::InputClosed, wire::Stopped, wire::Ended,
      wire::EndGroup, wire::SignalSent, wire::Elsewhere, wire::Restart,
      wire::Share, wire::Shared, wire::Open, wire::Opened, wire::AddModule,
      wire::StartModule, wire::ModuleStarted, wire::RemoveModule,
      wire::ModuleRemoved, wire::Call, wire::Returned, wire::ReadMemory,
      wire::MemoryRead, wire::WriteMemory, wire::MemoryWritten, wire::Dying,
      wire::Place, wire::Publish, wire::Wanted, wire::AskKept, wire::Kept,
      wire::WriteKept, wire::Keep, wire::Stored>(Type, Bytes);
  // No message of the protocol may be missing here.
  require(IsChecked || wire::messageName(Type) == std::string_view("unknown"));
  return 0;
}
