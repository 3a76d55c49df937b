//===- JITReplacement.cpp - A RemoteJIT's modules, replaced ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/JITCore.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <utility>

using namespace llvm;

namespace remoterun::detail {

Expected<uint32_t> JITCore::addReplaceable(jit::InputFile Input) {
  auto Compiled = compile(std::move(Input), driver::BodySuffix.str() +
                                                std::to_string(LastNumber + 1));
  if (!Compiled)
    return Compiled.error();
  count(**Compiled);
  if ((*Compiled)->Bodies.empty())
    return link(std::move(*Compiled));
  auto EntryText = entriesFor(**Compiled);
  if (!EntryText)
    return EntryText.error();
  auto EntryCode = compile(std::move(*EntryText));
  if (!EntryCode)
    return EntryCode.error();
  auto Entries = link(std::move(*EntryCode), /*IsEntries=*/true);
  if (!Entries)
    return Entries.error();
  auto Bodies = link(std::move(*Compiled));
  if (!Bodies) {
    (void)unlink(*Entries, /*Waits=*/true);
    return Bodies.error();
  }
  Modules[*Entries].Bodies = *Bodies;
  findFunctions();
  return *Entries;
}

Expected<jit::InputFile>
JITCore::entriesFor(const driver::CompiledModule &Bodies) {
  std::string Text = driver::makeEntries(
      Bodies.Bodies,
      Triple(Triple::normalize(Target->Session->facts().Triple)));
  std::string Name = "entries of " + Bodies.Name;
  return jit::inputInMemory(MemoryBuffer::getMemBufferCopy(Text, Name), Name);
}

/// Has the entries lead to the bodies again, which they have left for others
/// that came to nothing.
Expected<void> JITCore::lead(const Module &Entries, const Module &Bodies) {
  const driver::MachineLayout Layout = layout();
  for (const driver::ReplaceableFunction &Each : Bodies.Code->Bodies) {
    const driver::KnownSymbol *Body = known(Each.Body);
    for (const driver::ModuleSymbol &Entry : Entries.Placed.Symbols)
      if (Body && Entry.Name == Each.Name) {
        std::vector<uint8_t> Address =
            driver::encodeWord(Body->Address.value(), Layout);
        auto Written = Target->Session->write(Entry.Slot, Address);
        if (!Written)
          return explain(Written.error());
        if (!*Written)
          return Failure{Blame::Protocol,
                         "protocol error: the executor cannot write to its own "
                         "memory"};
      }
  }
  return {};
}

/// A call by its entry would not be counted for its body.
void JITCore::findFunctions() {
  for (const auto &[Number, Its] : Modules)
    if (auto Bodies = Modules.find(Its.Bodies); Bodies != Modules.end())
      for (const driver::ReplaceableFunction &Each :
           Bodies->second.Code->Bodies)
        for (Function &Called : Functions)
          if (Called.Name == Each.Name && known(Each.Body))
            Called.Address = known(Each.Body)->Address;
}

Expected<void>
JITCore::checkBodies(const Module &Entries,
                     const driver::CompiledModule &Bodies) const {
  const Module &Before = Modules.find(Entries.Bodies)->second;
  for (const driver::ReplaceableFunction &Old : Before.Code->Bodies) {
    auto New = find_if(Bodies.Bodies,
                       [&](const auto &Each) { return Each.Name == Old.Name; });
    if (New == Bodies.Bodies.end())
      return Failure{Blame::Input, "'" + Bodies.Name + "' does not define '" +
                                       Old.Name + "', which it is to replace"};
    if (New->Type != Old.Type)
      return Failure{Blame::Input, "'" + Bodies.Name + "' defines '" +
                                       Old.Name + "' as " + New->Type +
                                       ", and callers know it as " + Old.Type};
  }
  if (Bodies.Bodies.size() != Before.Code->Bodies.size())
    return Failure{Blame::Input,
                   "'" + Bodies.Name +
                       "' defines functions that what it replaces does not "
                       "have; add them as a module of their own"};
  return {};
}

bool JITCore::isIdle() {
  std::lock_guard Only(CallGuard);
  return Calls.empty();
}

/// Has bodies that came in the place of others linked in their place, too, when
/// all are linked again: constructors of modules behind may call them. But what
/// they refer to comes before them.
void JITCore::linkSoon(uint32_t Number, uint32_t Old) {
  auto Place = std::find(Order.begin(), Order.end(), Old);
  for (auto Each = Order.begin(); Each != Order.end(); ++Each)
    if (Modules[Number].Placed.Uses.contains(*Each))
      Place = std::max(Place, Each + 1);
  std::rotate(Place, Order.end() - 1, Order.end());
}

/// Bodies that were replaced, when nothing that could have called them runs.
void JITCore::removeRetired() {
  if (!isIdle())
    return;
  for (uint32_t Number : std::exchange(Retired, {}))
    if (!unlink(Number, /*Waits=*/false))
      Retired.push_back(Number);
}

Expected<uint32_t> JITCore::linkBodies(uint32_t Entries, jit::InputFile Input) {
  auto Compiled = compile(std::move(Input), driver::BodySuffix.str() +
                                                std::to_string(LastNumber + 1));
  if (!Compiled)
    return Compiled.error();
  count(**Compiled);
  if (auto Fits = checkBodies(Modules[Entries], **Compiled); !Fits)
    return Fits.error();
  return link(std::move(*Compiled));
}

Expected<void> JITCore::replaceBodies(uint32_t Entries, jit::InputFile Input) {
  uint32_t Old = Modules[Entries].Bodies;
  // Variables are the new ones'.
  if (auto Unused = checkUnused(Old, Entries); !Unused)
    return Unused;
  Replaced = Old;
  auto Bodies = linkBodies(Entries, std::move(Input));
  Replaced = 0;
  if (!Bodies) {
    // Its constructors may have begun.
    if (!Target->Session->isOver())
      if (auto Led = lead(Modules[Entries], Modules[Old]); !Led)
        return Led;
    return Bodies.error();
  }
  linkSoon(*Bodies, Old);
  Modules[Entries].Bodies = *Bodies;
  findFunctions();
  Retired.push_back(Old);
  removeRetired();
  return {};
}

/// Where the new one cannot be linked, the old one is there again, from its
/// start: if the executor has ended, in the next.
Expected<void> JITCore::replaceWhole(uint32_t Number, jit::InputFile Input) {
  if (auto Unused = checkUnused(Number, 0); !Unused)
    return Unused;
  auto Old = Modules[Number].Code;
  if (auto Removed = unlink(Number, /*Waits=*/true); !Removed)
    return Removed;
  auto Compiled = compile(std::move(Input));
  Module Its;
  Its.Code = Compiled ? *Compiled : Old;
  if (Compiled)
    count(**Compiled);
  auto Linked = linkAt(Number, Its);
  Expected<void> Done = Compiled ? Linked : Compiled.error();
  if (!Linked && Compiled) {
    Its.Code = Old;
    Linked = linkAt(Number, Its);
  }
  Modules.emplace(Number, std::move(Its));
  Order.push_back(Number);
  if (!Linked)
    return Linked;
  for (Function &Each : Functions)
    if (const driver::KnownSymbol *Found = known(Each.Name))
      Each.Address = Found->Address;
  findFunctions();
  return Done;
}

Expected<void> JITCore::replace(uint32_t Number, jit::InputFile Input) {
  std::lock_guard Only(Guard);
  removeRetired();
  auto Found = Modules.find(Number);
  if (Found == Modules.end() || Found->second.IsOurs)
    return Failure{Blame::Usage, "there is no such module"};
  if (Found->second.Lazy)
    return replaceLazy(Number, std::move(Input));
  return Found->second.Bodies == 0 ? replaceWhole(Number, std::move(Input))
                                   : replaceBodies(Number, std::move(Input));
}

} // namespace remoterun::detail
