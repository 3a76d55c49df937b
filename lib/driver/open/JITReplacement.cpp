//===- JITReplacement.cpp - A RemoteJIT's modules, replaced ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/JITCore.h"

#include "llvm/ADT/STLExtras.h"

#include <utility>

using namespace llvm;

namespace remoterun::detail {

Expected<jit::InputFile>
JITCore::entriesFor(const driver::CompiledModule &Bodies) {
  std::string Text = driver::makeEntries(
      Bodies.Bodies,
      Triple(Triple::normalize(Target->Session->facts().Triple)));
  std::string Name = "entries of " + Bodies.Name;
  return jit::inputInMemory(MemoryBuffer::getMemBufferCopy(Text, Name), Name);
}

/// Has the entries lead to the bodies.
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
  findFunctions();
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

/// Bodies that were replaced, when nothing that could have called them runs.
void JITCore::removeRetired() {
  if (!isIdle())
    return;
  for (uint32_t Number : std::exchange(Retired, {}))
    if (!unlink(Number, /*Waits=*/false))
      Retired.push_back(Number);
}

Expected<void> JITCore::replaceBodies(uint32_t Entries, jit::InputFile Input) {
  uint32_t Old = Modules[Entries].Bodies;
  // Variables are the new ones'.
  if (auto Unused = checkUnused(Old, Entries); !Unused)
    return Unused;
  auto Compiled = compile(std::move(Input), driver::BodySuffix.str() +
                                                std::to_string(LastNumber + 1));
  if (!Compiled)
    return Compiled.error();
  ++Counts.ModulesCompiled;
  if (auto Fits = checkBodies(Modules[Entries], **Compiled); !Fits)
    return Fits;
  auto Bodies = link(std::move(*Compiled));
  if (!Bodies)
    return Bodies.error();
  Modules[Entries].Bodies = *Bodies;
  if (auto Led = lead(Modules[Entries], Modules[*Bodies]); !Led)
    return Led;
  Retired.push_back(Old);
  removeRetired();
  return {};
}

/// Where the new one cannot be linked, the old one is there again, from its
/// start.
Expected<void> JITCore::replaceWhole(uint32_t Number, jit::InputFile Input) {
  if (auto Unused = checkUnused(Number, 0); !Unused)
    return Unused;
  auto Old = Modules[Number].Code;
  if (auto Removed = unlink(Number, /*Waits=*/true); !Removed)
    return Removed;
  auto Compiled = compile(std::move(Input));
  Module Its;
  Its.Code = Compiled ? *Compiled : Old;
  Counts.ModulesCompiled += static_cast<bool>(Compiled);
  auto Linked = linkAt(Number, Its);
  Expected<void> Done = Compiled ? Linked : Compiled.error();
  if (!Linked && Compiled) {
    Its.Code = Old;
    Linked = linkAt(Number, Its);
  }
  if (!Linked)
    return Linked;
  Modules.emplace(Number, std::move(Its));
  Order.push_back(Number);
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
  return Found->second.Bodies == 0 ? replaceWhole(Number, std::move(Input))
                                   : replaceBodies(Number, std::move(Input));
}

} // namespace remoterun::detail
