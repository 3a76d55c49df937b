//===- Program.cpp - All inputs as one resolved set of objects ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/Program.h"
#include "jit/base/LlvmErrors.h"
#include "jit/link/LinkerSymbols.h"
#include "jit/object/ObjectVerifier.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

/// A copy, unless what is there is no more than that and is kept elsewhere.
static ObjectStart takeStart(CompiledPart &Part) {
  ObjectStart Start;
  if (Part.KeptIn.empty() || Part.Object.size() != Part.StartSize)
    Start.Bytes.assign(Part.Object.begin(),
                       Part.Object.begin() +
                           static_cast<ptrdiff_t>(Part.StartSize));
  else
    Start.Bytes = std::move(Part.Object);
  if (Part.HasRest)
    Start.HasDebugInfo = completeStart(Start.Bytes) || Part.HasDebugInfo;
  return Start;
}

Expected<void> Program::addCompiled(std::vector<CompiledPart> &Compiled,
                                    const std::string &MainFile,
                                    const Triple &Target) {
  const jit::Isa &Isa = isaOf(Target);
  for (CompiledPart &Part : Compiled) {
    bool IsOfAll = Part.File.empty();
    auto Object = makeProgramObject(IsOfAll ? MainFile : Part.File,
                                    takeStart(Part), Target);
    if (!Object)
      return Object.error();
    if (Isa.VerifiesCompiled)
      if (auto Fits = verifyObject(Object->Bytes, Object->Name, Isa); !Fits)
        return Fits.error();
    Object->IsCompiled = true;
    Object->IsCompiledIR = IsOfAll;
    Object->Source = Part.source();
    Objects.push_back(std::move(*Object));
  }
  return {};
}

Expected<void> Program::resolveSymbols(NativeInputs &Inputs,
                                       const Triple &Target) {
  if (auto Noted = Symbols.expectCompiled(Objects); !Noted)
    return Noted;
  for (const ProgramObject &Object : Objects)
    if (auto Added = Symbols.add(Object); !Added)
      return Added;
  for (const std::string &Name : Names.Required)
    Symbols.require(Name);
  LinkedInputs Linked = {Objects, Symbols, Target};
  if (auto Added = Inputs.linkInto(Linked); !Added)
    return Added;
  if (auto Unique = Symbols.checkUnique(); !Unique)
    return Unique;
  return Symbols.settle();
}

Expected<void> Program::checkBindings(
    const std::map<std::string, ExecutorAddr> &Absolute) const {
  constexpr uint64_t TwoGiB = uint64_t(1) << 31;
  for (const auto &[Name, Addr] : Absolute) {
    if (Symbols.find(Name))
      return Failure{Blame::Usage, "symbol '" + Name +
                                       "' is bound by --abs and defined by "
                                       "the program as well"};
    if (Joined.Near.contains(Name) && Addr.value() >= TwoGiB)
      return Failure{Blame::Usage,
                     "symbol '" + Name +
                         "', bound by --abs, is out of reach of an object that "
                         "addresses it with 32 bits; compile the object with "
                         "-mcmodel=large, or pass it as IR with "
                         "--extra-module"};
  }
  return {};
}

Expected<void> Program::join(const Isa &Target) {
  auto Made = joinObjects(Objects, Symbols, Target);
  if (!Made)
    return Made.error();
  Joined = std::move(*Made);
  for (ProgramObject &Object : Objects) {
    Object.File.reset();
    Object.Bytes = {};
  }
  return {};
}

Expected<void> Program::findAdditions(const Isa &Target,
                                      RoomForThreadLocals Room) {
  Additions.Indirect = Ifuncs(Target, Joined.Ifuncs);
  Additions.Bounds = findLinkerSymbols(Joined);
  defineSectionBounds(Joined, Symbols);
  // An index is near, and no library's.
  for (const std::string &Name : Names.Indices)
    Joined.Near.erase(Name);
  Additions.Nearby = NearSymbols(Target, Joined.Near);
  auto Variables =
      linkThreadLocals(Joined, Objects, Symbols, Target, Names.Indices, Room);
  if (!Variables)
    return Variables.error();
  Additions.Variables = ThreadLocals(std::move(*Variables));
  if (Target.HasExceptionIndex) {
    auto Unwinding = ExceptionIndex::find(Joined.Objects);
    if (!Unwinding)
      return Unwinding.error();
    Additions.Unwinding = std::move(*Unwinding);
  }
  if (Target.HasTableOfContents) {
    auto Branches = LocalBranches::find(Joined.Objects);
    if (!Branches)
      return Branches.error();
    Additions.Branches = std::move(*Branches);
  }
  if (Target.HasInstructionFields) {
    auto Fields = InstructionFields::find(Joined.Objects);
    if (!Fields)
      return Fields.error();
    Additions.Fields = std::move(*Fields);
  }
  if (Target.Fields) {
    auto Fields = OwnFields::find(Joined.Objects, Target);
    if (!Fields)
      return Fields.error();
    Additions.Own = std::move(*Fields);
  }
  return {};
}

std::vector<StringRef> Program::exportBounds(bool IsExecutable) {
  std::vector<StringRef> Names;
  if (IsExecutable)
    Names = exportedLinkerSymbols(Symbols);
  for (StringRef Name : Names)
    if (!is_contained(Additions.Bounds, Name))
      Additions.Bounds.push_back(Name.str());
  return Names;
}

Expected<Program>
Program::resolve(std::vector<CompiledPart> &Compiled, const SourceFiles &Files,
                 NativeInputs Inputs, NamesOfCode Names,
                 const SymbolRules &Rules,
                 const std::map<std::string, ExecutorAddr> &Absolute,
                 const Triple &Target, RoomForThreadLocals Room) {
  Program Made;
  Made.Symbols = ProgramSymbols(
      [&Files](StringRef Name) { return Files.fileOf(Name); }, Rules);
  Made.Names = std::move(Names);
  if (auto Main = Inputs.takeMain())
    Made.Objects.push_back(std::move(*Main));
  if (auto Done = Made.addCompiled(Compiled, Files.mainFile(), Target); !Done)
    return Done.error();
  if (auto Done = Made.resolveSymbols(Inputs, Target); !Done)
    return Done.error();
  if (auto Done = Made.join(isaOf(Target)); !Done)
    return Done.error();
  if (auto Done = Made.checkBindings(Absolute); !Done)
    return Done.error();
  if (auto Done = Made.findAdditions(isaOf(Target), Room); !Done)
    return Done.error();
  return Made;
}

std::vector<std::string> Program::neededOf(const LeftOutSymbols &Left) const {
  std::vector<std::string> Names;
  if (Left.All.empty() && Left.InArchives.empty())
    return Names;
  StringSet<> OfIR, InArchives;
  for (const std::string &Name : Left.All)
    OfIR.insert(Name);
  for (const std::string &Name : Left.InArchives)
    InArchives.insert(Name);
  for (const auto &[Name, Symbol] : Symbols.undefined())
    if (OfIR.contains(Name) || (!Symbol.IsWeak && InArchives.contains(Name)))
      Names.push_back(Name);
  return Names;
}

Program::Wanted
Program::wanted(const std::map<std::string, ExecutorAddr> &Absolute) const {
  Wanted Found;
  StringSet<> Known;
  auto Add = [&](const std::string &Name) {
    // The start files of executables have that one.
    if (Symbols.isWeakAndOwn(Name) && Name != "__dso_handle")
      return;
    if (!Symbols.find(Name) && !Absolute.count(Name) &&
        !is_contained(Additions.Bounds, Name) && Known.insert(Name).second)
      Found.push_back({Name, {Symbols.isWeak(Name)}});
  };
  for (const std::string &Name : Joined.Undefined)
    Add(Name);
  for (const std::string &Name : Names.Required)
    Add(Name);
  return Found;
}

} // namespace remoterun::jit
