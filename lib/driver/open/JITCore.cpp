//===- JITCore.cpp - What a RemoteJIT is ----------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/JITCore.h"
#include "jit/target/Backends.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <utility>

using namespace llvm;

namespace remoterun::detail {

using controller::OpenSession;

JITCore::JITCore(std::unique_ptr<ExecutorCore> Target, const JITSettings &Given)
    : Target(std::move(Target)), Given(Given), Room(placeForModules()) {
  driver::CompileSettings &Compile = Settings.Compile;
  Compile.EntryFunction = "";
  Compile.IsOpenWorld = true;
  Compile.Jobs = std::max(1u, Given.Jobs);
  // Parts are worth their threads where there are some.
  Compile.PartSize = Compile.Jobs == 1 ? SIZE_MAX : 20000;
  constexpr CodeGenOptLevel Levels[] = {
      CodeGenOptLevel::None, CodeGenOptLevel::Less, CodeGenOptLevel::Default,
      CodeGenOptLevel::Aggressive};
  unsigned Level = std::min(Given.OptimizationLevel, 3u);
  Compile.CodeGen.Level = Levels[Level];
  Compile.AsGiven = {"-O" + std::to_string(Level)};
  Compile.CacheDirectory = Given.Cache;
  Compile.CodeGen.Cpu = Given.Cpu;
  Compile.CodeGen.Features = Given.Features;
  Compile.CodeGen.DefaultTriple =
      Triple::normalize(this->Target->Session->facts().Triple);
  Settings.Target.Isa =
      jit::findIsa(Triple(Compile.CodeGen.DefaultTriple).getArch());
  Settings.Link.AsImage = true;
}

ExecutorRange JITCore::placeForModules() const {
  ExecutorRange Slab = Target->Session->facts().Slab;
  Slab.Size = std::min(Slab.Size, Given.MemoryLimit.value_or(Slab.Size));
  return Slab;
}

Expected<std::shared_ptr<JITCore>>
JITCore::create(std::unique_ptr<ExecutorCore> Target,
                const JITSettings &Settings) {
  const std::string &Its = Target->Session->facts().Triple;
  if (!jit::findIsa(Triple(Triple::normalize(Its)).getArch()))
    return Failure{Blame::Executor,
                   "the executor runs '" + Its +
                       "', for which nothing here can link code"};
  std::shared_ptr<JITCore> Made(new JITCore(std::move(Target), Settings));
  if (auto Loaded = Made->loadLibraries(); !Loaded)
    return Loaded.error();
  return Made;
}

Expected<void> JITCore::loadLibraries() {
  Target->Session->setPatience(Given.CallTimeLimit);
  if (Given.Libraries.empty())
    return {};
  wire::Load Request;
  for (const std::string &Library : Given.Libraries)
    Request.Libraries.push({Library.find('/') == std::string::npos
                                ? wire::Load::Kind::Name
                                : wire::Load::Kind::Path,
                            Library});
  return Target->Session->load(Request);
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

const driver::KnownSymbol *JITCore::known(StringRef Name) const {
  auto Found = Symbols.find(Name);
  return Found == Symbols.end() || Found->second.Module == Replaced
             ? nullptr
             : &Found->second;
}

Expected<std::shared_ptr<driver::CompiledModule>>
JITCore::compile(jit::InputFile Input, StringRef BodySuffix) {
  std::vector<std::string> Said;
  auto Compiled = driver::compileModule(
      Settings, std::move(Input), Target->Session->facts(),
      [this](StringRef Name) { return known(Name) != nullptr; }, BodySuffix,
      Said);
  // What is wrong with the cache is wrong for each module.
  for (std::string &Each : Said)
    if (!is_contained(Warnings, Each))
      Warnings.push_back(std::move(Each));
  if (!Compiled)
    return Compiled.error();
  return std::make_shared<driver::CompiledModule>(std::move(*Compiled));
}

void JITCore::count(const driver::CompiledModule &Its) {
  Counts.FunctionsCompiled += Its.FunctionsCompiled;
  ++(Its.IsFromCache ? Counts.ModulesFromCache : Counts.ModulesCompiled);
}

Expected<void> JITCore::linkAt(uint32_t Number, Module &Its) {
  auto Find = [this](StringRef Name) { return known(Name); };
  auto Refer = [this](StringRef Name) { return refer(Name); };
  auto Placed = driver::linkModule(
      Number, Its.Code,
      {*Target->Session, Settings.Link, Room, Given.ForDebuggers, Find, Refer});
  if (!Placed)
    return explain(Placed.error());
  ++Counts.ModulesLinked;
  Its.Placed = std::move(*Placed);
  for (const driver::ModuleSymbol &Symbol : Its.Placed.Symbols) {
    if (!known(Symbol.Name) || (known(Symbol.Name)->IsWeak && !Symbol.IsWeak))
      Symbols[Symbol.Name] = {Number, Symbol.Address, Symbol.IsWeak};
    if (Its.IsEntries)
      Symbols[driver::SlotPrefix.str() + Symbol.Name] = {Number, Symbol.Slot};
  }
  return {};
}

Expected<void> JITCore::linkAs(uint32_t Number,
                               std::shared_ptr<driver::CompiledModule> Code,
                               bool IsEntries) {
  Module Its;
  Its.Code = std::move(Code);
  Its.IsEntries = IsEntries;
  if (auto Linked = linkAt(Number, Its); !Linked)
    return Linked;
  Modules.emplace(Number, std::move(Its));
  Order.push_back(Number);
  return {};
}

Expected<uint32_t> JITCore::link(std::shared_ptr<driver::CompiledModule> Code,
                                 bool IsEntries) {
  uint32_t Number = ++LastNumber;
  auto Linked = linkAs(Number, std::move(Code), IsEntries);
  return Linked ? Expected<uint32_t>(Number) : Linked.error();
}

Expected<uint32_t> JITCore::compileAndLink(jit::InputFile Input) {
  auto Compiled = compile(std::move(Input));
  if (!Compiled)
    return Compiled.error();
  count(**Compiled);
  return link(std::move(*Compiled));
}

Expected<uint32_t> JITCore::add(jit::InputFile Input, bool IsReplaceable) {
  std::lock_guard Only(Guard);
  if (IsReplaceable)
    return addReplaceable(std::move(Input));
  uint32_t Number = ++LastNumber;
  auto Added = addAs(Number, std::move(Input));
  if (Added)
    return Number;
  if (Modules.contains(Number))
    forgetLazy(Number);
  return Added.error();
}

/// Where it fails, a lazy module may be there without its first piece.
Expected<void> JITCore::addAs(uint32_t Number, jit::InputFile Input) {
  if (Given.Lazy) {
    auto Lazy = driver::LazyModule::read(Settings, Input, Number, Warnings);
    if (!Lazy)
      return Lazy.error();
    if (*Lazy)
      return addLazy(Number, std::move(*Lazy));
  }
  auto Compiled = compile(std::move(Input));
  if (!Compiled)
    return Compiled.error();
  count(**Compiled);
  return linkAs(Number, std::move(*Compiled));
}

/// Has the executor remove a module.
Expected<void> JITCore::takeBack(uint32_t Number, bool Waits) {
  auto Removed = Target->Session->remove(Number, Waits);
  if (!Removed)
    return Removed.error();
  if (!*Removed)
    return Failure{Blame::Usage, "'" + Modules[Number].Code->Name +
                                     "' cannot be removed: one of its "
                                     "functions runs"};
  return {};
}

Expected<void> JITCore::unlink(uint32_t Number, bool Waits) {
  if (Modules[Number].isThere())
    if (auto Taken = takeBack(Number, Waits); !Taken)
      return explain(Taken.error());
  forgetModule(Number);
  return {};
}

/// Of an executor that is no more, there is nothing to take back: the module
/// will not be there when another one is.
Expected<void> JITCore::unlinkAnyway(uint32_t Number, bool Waits) {
  if (Modules[Number].isThere() && !Target->Session->isOver()) {
    auto Taken = takeBack(Number, Waits);
    if (!Taken && Taken.error().Ending != CallEnd::Lost)
      return explain(Taken.error());
  }
  forgetModule(Number);
  return {};
}

void JITCore::forgetModule(uint32_t Number) {
  auto Found = Modules.find(Number);
  for (const driver::ModuleSymbol &Symbol : Found->second.Placed.Symbols) {
    if (Found->second.IsEntries)
      Symbols.erase(driver::SlotPrefix.str() + Symbol.Name);
    auto Its = Symbols.find(Symbol.Name);
    if (Its == Symbols.end() || Its->second.Module != Number)
      continue;
    Symbols.erase(Its);
    for (Function &Each : Functions)
      if (Each.Name == Symbol.Name)
        Each.Address = ExecutorAddr();
  }
  if (Found->second.isThere())
    Room.free(Found->second.Placed.Place);
  Modules.erase(Found);
  std::erase(Order, Number);
}

Expected<void> JITCore::checkUnusedBy(uint32_t Number, uint32_t Other) const {
  const Module &Its = Modules.find(Other)->second;
  if (is_contained(Retired, Other) || !Its.Placed.Uses.contains(Number))
    return {};
  return Failure{Blame::Usage, "'" + Modules.find(Number)->second.Code->Name +
                                   "' cannot be removed: '" + Its.Code->Name +
                                   "' refers to it"};
}

Expected<void> JITCore::checkUnused(uint32_t Number, uint32_t ButBy) const {
  for (const auto &[Other, Its] : Modules)
    if (Other != Number && Other != ButBy)
      if (auto Unused = checkUnusedBy(Number, Other); !Unused)
        return Unused;
  return {};
}

Expected<void> JITCore::remove(uint32_t Number, bool Waits) {
  std::lock_guard Only(Guard);
  removeRetired();
  auto Found = Modules.find(Number);
  if (Found == Modules.end() || Found->second.IsOurs)
    return Failure{Blame::Usage, "there is no such module"};
  if (Found->second.Lazy)
    return removeLazy(Number, Waits);
  uint32_t Bodies = Found->second.Bodies;
  if (auto Unused = checkUnused(Number, Bodies); !Unused)
    return Unused;
  if (Bodies == 0)
    return unlinkAnyway(Number, Waits);
  if (auto Unused = checkUnused(Bodies, Number); !Unused)
    return Unused;
  if (auto Removed = unlinkAnyway(Bodies, Waits); !Removed)
    return Removed;
  return unlinkAnyway(Number, Waits);
}

//===----------------------------------------------------------------------===//
// Other executors
//===----------------------------------------------------------------------===//

Expected<void> JITCore::linkAll() {
  Room = driver::SlabRoom(placeForModules());
  Symbols.clear();
  for (Function &Each : Functions)
    Each.Address = Each.WrapperAddress = ExecutorAddr();
  if (auto Loaded = loadLibraries(); !Loaded)
    return Loaded;
  for (uint32_t Number : std::exchange(Retired, {})) {
    Modules.erase(Number);
    std::erase(Order, Number);
  }
  // What they refer to, they will again.
  for (auto &[Number, Its] : Modules)
    Its.Placed = {.Place = {},
                  .Symbols = {},
                  .Uses = std::move(Its.Placed.Uses),
                  .Record = nullptr};
  for (const auto &[Number, Its] : Modules)
    if (Its.Lazy)
      expectPieces(Number);
  for (uint32_t Number : std::vector<uint32_t>(Order))
    if (auto Linked = linkAt(Number, Modules[Number]); !Linked)
      return Linked;
  for (const auto &[Number, Its] : Modules)
    if (Its.NeedsFirst)
      if (auto Linked = linkFirst(Number); !Linked)
        return Linked;
  for (Function &Each : Functions) {
    // What went with a module stays gone.
    if (auto Found = lookUp(Each.Name))
      Each.Address = *Found;
    if (Each.Wrapper != 0)
      Each.WrapperAddress =
          Modules[Each.Wrapper].Placed.Symbols.front().Address;
  }
  findFunctions();
  return {};
}

Expected<void> JITCore::restart() {
  std::lock_guard Only(Guard);
  if (Target->Request.Command.empty())
    return Failure{Blame::Usage, "the executor was not launched here: connect "
                                 "to it again, and move() there"};
  // What is stuck in a call would not end by itself.
  Target->Session->endNow();
  auto Launched = controller::PeerProcess::launch(Target->Request);
  if (!Launched)
    return Launched.error();
  auto Opened = OpenSession::open(std::move(*Launched), Target->Patience);
  if (!Opened)
    return Opened.error();
  Target->Session = std::move(*Opened);
  return linkAll();
}

Expected<void> JITCore::move(std::unique_ptr<ExecutorCore> Other) {
  std::lock_guard Only(Guard);
  const Triple Ours(Target->Session->facts().Triple),
      Theirs(Other->Session->facts().Triple);
  if (Ours.getArch() != Theirs.getArch())
    return Failure{Blame::Usage, "the modules are compiled for '" + Ours.str() +
                                     "', and the executor is '" + Theirs.str() +
                                     "'"};
  Target->Session->endNow();
  Target = std::move(Other);
  return linkAll();
}

RemoteJIT::Statistics JITCore::statistics() {
  std::shared_lock Together(Guard);
  RemoteJIT::Statistics Result = Counts;
  Result.RoomLeft = Room.left();
  return Result;
}

std::vector<std::string> JITCore::takeWarnings() {
  std::lock_guard Only(Guard);
  return std::move(Warnings);
}

} // namespace remoterun::detail
