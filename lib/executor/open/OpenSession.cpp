//===- OpenSession.cpp - Modules that come and go -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/open/OpenSession.h"
#include "executor/machine/CpuFacts.h"
#include "executor/open/CallCrash.h"
#include "executor/open/LastWords.h"
#include "executor/open/ProcessMemory.h"
#include "executor/tls/ThreadExit.h"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

namespace remoterun::executor {

using wire::MessageType;
using Outcome = wire::ModuleStarted::Outcome;

static ExecutorAddr findExported(const void *Its, std::string_view Name) {
  if (Name == "__cxa_thread_atexit")
    return ExecutorAddr(reinterpret_cast<uintptr_t>(&registerThreadExit));
  return static_cast<const Exports *>(Its)->find(Name);
}

OpenSession::OpenSession(transport::FrameChannel &Channel, ExecutorRange Slab,
                         const Exports &Exported, Calls::Settings Wanted)
    : Line(Channel), Answers(Channel), Slab(Slab), Wanted(Wanted),
      Running(Answers, Wanted), Names(findExported, &Exported) {
  if (Wanted.Recovers)
    installCallCrashHandler();
  if (Wanted.HasLastWords)
    addLastWords(Answers);
}

OpenSession::~OpenSession() {
  Running.finish();
  while (!Modules.empty())
    remove(Modules[Modules.size() - 1]);
  removeLastWords(Answers);
  releaseSlab();
}

/// All but what others have mapped there, in holes that were there for a
/// moment.
void OpenSession::releaseSlab() {
  std::sort(Lost.begin(), Lost.end(),
            [](ExecutorRange A, ExecutorRange B) { return A.Start < B.Start; });
  ExecutorAddr Next = Slab.Start, End = Slab.Start + Slab.Size;
  auto Release = [](ExecutorAddr From, ExecutorAddr To) {
    if (From < To)
      ::munmap(memoryAt(From), static_cast<size_t>(To - From));
  };
  for (ExecutorRange Others : Lost) {
    Release(Next, Others.Start);
    Next = std::max(Next, Others.Start + Others.Size);
  }
  Release(Next, End);
}

Expected<void> OpenSession::begin() {
  wire::Opened Answer;
  Answer.Threads = Wanted.Threads;
  Answer.Recovers = Wanted.Recovers;
  Answer.Relocated = ProgramImage::relocatedHook();
  Answer.RelocatedResult = ProgramImage::resultOfHook();
  return Answers.send(Answer);
}

AddedModule *OpenSession::find(uint32_t Number) const {
  for (AddedModule *Module : Modules)
    if (Module->number() == Number)
      return Module;
  return nullptr;
}

Expected<AddedModule *> OpenSession::known(uint32_t Number) const {
  if (AddedModule *Module = find(Number))
    return Module;
  return failure("protocol error: there is no module %u", Number);
}

AddedModule *OpenSession::moduleAt(ExecutorAddr Code) const {
  for (AddedModule *Module : Modules)
    if (Module->isStarted() &&
        Module->holds({Code, 1}, wire::Protection::ReadExecute))
      return Module;
  return nullptr;
}

Expected<void> OpenSession::serve(const wire::DescribeCpu &) {
  ByteBuffer Text;
  return Answers.send(describeCpu(Text));
}

Expected<void> OpenSession::serve(const wire::Load &Request) {
  return Names.load(Request);
}

Expected<void> OpenSession::serve(const wire::Lookup &Request) {
  auto Found = Names.lookup(Request);
  return Found ? Answers.send(*Found) : Found.error();
}

Expected<void> OpenSession::serve(wire::AddModule &Request) {
  if (find(Request.Module))
    return failure("protocol error: a second module %u", Request.Module);
  if (!Modules.empty() && !Modules[Modules.size() - 1]->isStarted())
    return failure("protocol error: AddModule before the last one was started");
  ExecutorRange Last = Request.Segments[Request.Segments.size() - 1].Range;
  ExecutorAddr Start = Request.Segments[0].Range.Start;
  ExecutorAddr End = Last.Start + Last.Size;
  for (const AddedModule *Other : Modules) {
    ExecutorRange Its = Other->place();
    if (Start < Its.Start + Its.Size && Its.Start < End)
      return failure("protocol error: a module where another is");
  }
  auto Made = AddedModule::create(Request, Slab);
  if (!Made)
    return Made.error();
  Modules.push(*Made);
  return {};
}

Expected<void> OpenSession::serve(const wire::StartModule &Request) {
  auto Found = known(Request.Module);
  if (!Found)
    return Found.error();
  AddedModule &Module = **Found;
  auto Mapped = Module.map(Request);
  if (!Mapped)
    return Mapped.error();
  wire::ModuleStarted Answer;
  Answer.Module = Request.Module;
  Answer.State = Mapped->State;
  ByteBuffer Report;
  if (Mapped->State != Outcome::Started) {
    Answer.Reason = Mapped->Why.Reason;
  } else {
    ++Module.Running;
    auto Initialize = [](void *Its) {
      static_cast<AddedModule *>(Its)->initialize();
    };
    if (!Running.runGuarded(Initialize, &Module, Report)) {
      Answer.State = Outcome::Crashed;
      Answer.Reason = "a constructor crashed";
      Answer.Report = Report.span();
    }
    --Module.Running;
  }
  if (Answer.State != Outcome::Started)
    remove(&Module);
  return Answers.send(Answer);
}

void OpenSession::remove(AddedModule *Module) {
  if (Module->isStarted()) {
    ByteBuffer Report;
    auto Finalize = [](void *Its) {
      static_cast<AddedModule *>(Its)->finalize();
    };
    // What crashes there has run to its end as far as it can.
    (void)Running.runGuarded(Finalize, Module, Report);
  }
  if (!Module->unmap())
    Lost.push(Module->place());
  auto *Place = std::find(Modules.begin(), Modules.end(), Module);
  std::copy(Place + 1, Modules.end(), Place);
  Modules.resize(Modules.size() - 1);
  AddedModule::destroy(Module);
}

Expected<void> OpenSession::serve(const wire::RemoveModule &Request) {
  auto Found = known(Request.Module);
  if (!Found)
    return Found.error();
  AddedModule &Module = **Found;
  if (Request.Waits)
    Running.waitFor(Module);
  wire::ModuleRemoved Answer;
  Answer.Module = Request.Module;
  Answer.IsBusy = Module.Running != 0;
  if (!Answer.IsBusy)
    remove(&Module);
  return Answers.send(Answer);
}

Expected<void> OpenSession::serve(const wire::Call &Request) {
  AddedModule *Wrapper = moduleAt(Request.Wrapper);
  if (!Wrapper)
    return failure("protocol error: a call by what is in no module's code");
  AddedModule *Called = moduleAt(Request.Function);
  return Running.run(Request, Called ? *Called : *Wrapper);
}

Expected<void> OpenSession::serve(const wire::ReadMemory &Request) {
  ByteBuffer Bytes;
  Bytes.resize(static_cast<size_t>(Request.Range.Size));
  wire::MemoryRead Answer;
  Answer.IsReadable = readMemory(Request.Range.Start, Bytes.span());
  if (Answer.IsReadable)
    Answer.Bytes = Bytes.span();
  return Answers.send(Answer);
}

/// A pointer of a module is stored at once: other threads may jump to where it
/// leads.
bool OpenSession::storeWord(const wire::WriteMemory &Request) const {
  if (Request.Bytes.size() != sizeof(uintptr_t) ||
      Request.Start.value() % sizeof(uintptr_t) != 0)
    return false;
  for (const AddedModule *Module : Modules)
    if (Module->isStarted() && Module->holds({Request.Start, sizeof(uintptr_t)},
                                             wire::Protection::ReadWrite)) {
      uintptr_t Word;
      std::memcpy(&Word, Request.Bytes.data(), sizeof(Word));
      __atomic_store_n(reinterpret_cast<uintptr_t *>(memoryAt(Request.Start)),
                       Word, __ATOMIC_RELEASE);
      return true;
    }
  return false;
}

Expected<void> OpenSession::serve(const wire::WriteMemory &Request) {
  bool IsWritten =
      storeWord(Request) || writeMemory(Request.Start, Request.Bytes);
  return Answers.send(wire::MemoryWritten{IsWritten});
}

Expected<void> OpenSession::write(uint64_t PayloadSize) {
  auto Range = Line.receiveTarget(PayloadSize);
  if (!Range)
    return Range.error();
  AddedModule *Last = Modules.empty() ? nullptr : Modules[Modules.size() - 1];
  if (!Last || Last->isStarted())
    return failure("protocol error: a Write for no module");
  auto Target = Last->writable(*Range);
  if (!Target)
    return Target.error();
  if (*Target)
    return Line.receiveTo(**Target);
  return Line.receivePieces(*Range, [&](ExecutorAddr Start, auto Bytes) {
    return Last->write(Start, Bytes);
  });
}

template <typename MessageT> Expected<void> OpenSession::served() {
  auto Request = Line.decoded<MessageT>();
  return Request ? serve(*Request) : Request.error();
}

Expected<void> OpenSession::handle(wire::FrameHeader Header) {
  if (Header.Type == MessageType::Write)
    return write(Header.PayloadSize);
  if (auto Read = Line.receivePayload(Header.PayloadSize); !Read)
    return Read;
  switch (Header.Type) {
  case MessageType::DescribeCpu:
    return served<wire::DescribeCpu>();
  case MessageType::Load:
    return served<wire::Load>();
  case MessageType::Lookup:
    return served<wire::Lookup>();
  case MessageType::AddModule:
    return served<wire::AddModule>();
  case MessageType::StartModule:
    return served<wire::StartModule>();
  case MessageType::RemoveModule:
    return served<wire::RemoveModule>();
  case MessageType::Call:
    return served<wire::Call>();
  case MessageType::ReadMemory:
    return served<wire::ReadMemory>();
  case MessageType::WriteMemory:
    return served<wire::WriteMemory>();
  default:
    return failure("protocol error: %s is not a request of an open session",
                   wire::messageName(Header.Type));
  }
}

Expected<void> OpenSession::serveOne() {
  auto Header = Line.receiveHeader();
  return Header ? handle(*Header) : Header.error();
}

} // namespace remoterun::executor
