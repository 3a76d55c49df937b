//===- JITCalls.cpp - Calls of a RemoteJIT, and their ends ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "driver/open/JITCore.h"
#include "driver/open/ModuleCrash.h"
#include "driver/open/ModuleDebugFile.h"
#include "wire/CrashReport.h"

#include <algorithm>
#include <cstring>

using namespace llvm;

namespace remoterun::detail {

using controller::OpenSession;
using driver::EncodedCall;

//===----------------------------------------------------------------------===//
// Calls and memory
//===----------------------------------------------------------------------===//

driver::MachineLayout JITCore::layout() const {
  const Triple Its(Target->Session->facts().Triple);
  return {.PointerSize = Its.isArch64Bit() ? 8u : 4u,
          .IsBigEndian = !Its.isLittleEndian()};
}

/// Each call of a variadic function may have a type of its own.
Expected<void> JITCore::makeWrapper(const Signature &Type) {
  {
    std::shared_lock Together(Guard);
    if (!addressOfWrapper(Type).isNull())
      return {};
  }
  std::lock_guard Only(Guard);
  auto Made = wrapperFor(Type);
  return Made ? Expected<void>() : Made.error();
}

Expected<uint64_t> JITCore::begin(uint32_t Number,
                                  std::span<const Value> Arguments,
                                  bool OwnThread, const Signature *Given) {
  if (Given)
    if (auto Made = makeWrapper(*Given); !Made)
      return Made.error();
  std::shared_lock Together(Guard);
  const Function &Its = Functions[Number];
  const Signature &Type = Given ? *Given : Its.Type;
  wire::Call Request;
  Request.Wrapper = Given ? addressOfWrapper(Type) : Its.WrapperAddress;
  if (Its.Address.isNull() || Request.Wrapper.isNull())
    return Failure{Blame::Usage, "'" + Its.Name + "' is in no module any more"};
  auto Encoded = driver::encodeCall(Type, Arguments, layout());
  if (!Encoded)
    return Encoded.error();
  Request.Function = Its.Address;
  Request.OwnThread = OwnThread;
  Request.ResultSize = Encoded->ResultSize;
  Request.Arguments = Encoded->Bytes;
  Call Made = {Target->Session, 0, Number, std::move(Encoded->CopiesBack),
               Type.Result};
  auto Begun = Made.Session->beginCall(Request);
  if (!Begun)
    return explain(Begun.error());
  Made.Number = *Begun;
  std::lock_guard Only(CallGuard);
  Calls[++LastCall] = std::move(Made);
  return LastCall;
}

/// Nobody is kept from changing modules while a call runs: it may be waiting
/// for that.
Expected<Value> JITCore::finish(uint64_t Number) {
  Call Its;
  {
    std::lock_guard Only(CallGuard);
    auto Found = Calls.find(Number);
    Its = std::move(Found->second);
    Calls.erase(Found);
  }
  std::string Name;
  {
    std::shared_lock Together(Guard);
    Name = "'" + Functions[Its.Function].Name + "'";
  }
  OpenSession::Deadline Until;
  if (Given.CallTimeLimit)
    Until = OpenSession::Clock::now() + *Given.CallTimeLimit;
  auto Answer = Its.Session->await(Its.Number, Until);
  std::shared_lock Together(Guard);
  return Answer ? resultOf(Its, Name, std::move(*Answer))
                : failureOf(Its, Name, Answer.error());
}

Failure JITCore::failureOf(const Call &Its, const std::string &Name,
                           Failure Why) {
  Its.Session->forget(Its.Number);
  if (Why.Ending == CallEnd::TimeLimit) {
    Why.Message = Name + " has not returned in " +
                  std::to_string(Given.CallTimeLimit->count()) + " ms";
    return Why;
  }
  Why = explain(Why, *Its.Session);
  if (Why.Whose == Blame::Guest)
    Why.Message = Name + ": " + Why.Message;
  return Why;
}

Expected<Value> JITCore::resultOf(const Call &Its, const std::string &Name,
                                  OpenSession::Answer Answer) {
  if (Answer.HasCrashed)
    return crashed(Answer.Result, 0, Name);
  size_t Wanted = driver::slotsOfResult(Its.Type) * driver::SlotSize;
  for (const EncodedCall::CopyBack &Copy : Its.Copies)
    Wanted = std::max(Wanted, Copy.Offset + Copy.Into.size());
  if (Answer.Result.size() < Wanted)
    return Failure{Blame::Protocol,
                   "protocol error: the executor sent too short a result"};
  for (const EncodedCall::CopyBack &Copy : Its.Copies)
    if (!Copy.Into.empty())
      std::memcpy(Copy.Into.data(), Answer.Result.data() + Copy.Offset,
                  Copy.Into.size());
  return Its.Type.What == ValueType::Kind::Text
             ? textOf(Its, Name, Answer.Result)
             : driver::decodeResult(Its.Type, Answer.Result, layout());
}

Expected<Value> JITCore::textOf(const Call &Its, const std::string &Name,
                                std::span<const uint8_t> Result) {
  driver::ReturnedText Text = driver::decodeText(Result, layout());
  Value Made;
  Made.Bits = Text.Address.value();
  if (Text.Address.isNull() && Its.Type.Size == 0)
    return Failure{Blame::Usage, Name + " has returned no text, but a null "
                                        "pointer: std::optional<std::string> "
                                        "can be either"};
  if (Text.Address.isNull())
    return Made;
  if (Text.Length > LongestText)
    return Failure{Blame::Usage, Name + " has returned a text of more than " +
                                     std::to_string(LongestText) + " bytes"};
  Made.Text.assign(Text.Here.begin(), Text.Here.end());
  if (Text.Here.size() == Text.Length)
    return Made;
  auto Rest = Its.Session->read(
      {Text.Address + Text.Here.size(), Text.Length - Text.Here.size()});
  if (!Rest)
    return explain(Rest.error(), *Its.Session);
  if (!*Rest)
    return Failure{Blame::Usage, "the text that " + Name +
                                     " has returned is not there any more"};
  Made.Text.append((*Rest)->begin(), (*Rest)->end());
  return Made;
}

bool JITCore::isReady(uint64_t Number) {
  std::lock_guard Only(CallGuard);
  const Call &Its = Calls.find(Number)->second;
  return Its.Session->isReady(Its.Number);
}

void JITCore::forget(uint64_t Number) {
  std::lock_guard Only(CallGuard);
  auto Found = Calls.find(Number);
  Found->second.Session->forget(Found->second.Number);
  Calls.erase(Found);
}

Expected<void> JITCore::read(ExecutorAddr From, std::span<uint8_t> Into) {
  std::shared_lock Together(Guard);
  auto Read = Target->Session->read({From, Into.size()});
  if (!Read)
    return explain(Read.error());
  if (!*Read)
    return Failure{Blame::Usage, "the executor has no readable memory at " +
                                     controller::hex(From.value())};
  std::copy((*Read)->begin(), (*Read)->end(), Into.begin());
  return {};
}

Expected<void> JITCore::write(ExecutorAddr To, std::span<const uint8_t> Bytes) {
  std::shared_lock Together(Guard);
  auto Written = Target->Session->write(To, Bytes);
  if (!Written)
    return explain(Written.error());
  if (!*Written)
    return Failure{Blame::Usage, "the executor has no writable memory at " +
                                     controller::hex(To.value())};
  return {};
}

Expected<std::string> JITCore::debugFile(uint32_t Number) {
  std::shared_lock Together(Guard);
  auto Found = Modules.find(Number);
  if (Found == Modules.end() || Found->second.IsOurs)
    return Failure{Blame::Usage, "there is no such module"};
  // Entries have no lines.
  if (auto Bodies = Modules.find(Found->second.Bodies); Bodies != Modules.end())
    Found = Bodies;
  return driver::makeModuleDebugFile(*Found->second.Placed.Record,
                                     Found->second.Placed.Place);
}

//===----------------------------------------------------------------------===//
// Ends
//===----------------------------------------------------------------------===//

/// An executor that hung up may have died of what it ran.
Failure JITCore::explain(Failure Why, OpenSession &Session) {
  if (Why.Ending != CallEnd::Lost)
    return Why;
  const OpenSession::Bytes Said = Session.lastWords();
  if (auto Report = wire::decodeCrashReport(Said); !Said.empty() && Report)
    return crashed(Said, static_cast<int>(Report->Cause.Signal),
                   "the executor");
  constexpr int EndMs = 1000;
  auto Ended = Session.waitForEnd(EndMs);
  if (!Ended)
    return Why;
  // ssh(1) says so of a broken connection and of a command that a signal has
  // killed; what is between us and the executor knows no more.
  constexpr int NobodyKnows = 255;
  if (Target->Request.OverStandardStreams && Ended->exited() &&
      Ended->exitStatus() == NobodyKnows) {
    Why.Message = Session.peer().name() + " " + Ended->describe() +
                  ": the connection broke, or the executor was killed by a "
                  "signal";
    return Why;
  }
  Why.Whose = Blame::Guest;
  if (Ended->exited()) {
    Why.Ending = CallEnd::Exit;
    Why.Code = Ended->exitStatus();
    Why.Message = "the executor " + Ended->describe();
    return Why;
  }
  ByteBuffer Copy;
  auto Report = Session.peer().crashMemory().read(Ended->signal(), Copy);
  if (Report)
    return crashed(Copy.span(), Ended->signal(), "the executor");
  Why.Ending = CallEnd::Crash;
  Why.Code = Ended->signal();
  Why.Message = "the executor " + Ended->describe();
  return Why;
}

Failure JITCore::crashed(std::span<const uint8_t> Report, int Signal,
                         const std::string &What) {
  std::vector<jit::ProgramRecord *> Records;
  for (auto &[Number, Its] : Modules)
    if (Its.Placed.Record)
      Records.push_back(Its.Placed.Record.get());
  auto Described = driver::describeModuleCrash(Report, Records);
  Failure Why = {.Whose = Blame::Guest,
                 .Message = What + " crashed",
                 .Ending = CallEnd::Crash,
                 .Code = Signal};
  if (!Described)
    return Why;
  Why.Code = Described->Signal;
  // In a call that was given up, and the process lives; or it has died of it.
  Why.Message = What + (Signal == 0 ? " crashed by " : " was killed by ") +
                Described->Text;
  return Why;
}

} // namespace remoterun::detail
