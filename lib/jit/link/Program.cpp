//===- Program.cpp - All inputs as one resolved set of objects ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/Program.h"
#include "jit/base/LlvmErrors.h"
#include "jit/link/LinkerSymbols.h"
#include "jit/object/ObjectPatch.h"
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
    Start.HasDebugInfo = completeStart(Start.Bytes);
  return Start;
}

Expected<Program>
Program::resolve(std::vector<CompiledPart> &Compiled, const SourceFiles &Files,
                 NativeInputs Inputs, std::vector<std::string> RequiredNames,
                 const std::map<std::string, ExecutorAddr> &Absolute,
                 const Triple &Target, const wire::ThreadLocalBlock &Block) {
  const std::string &MainFile = Files.mainFile();
  const jit::Isa &Isa = isaOf(Target);
  Program Resolved;
  Resolved.Symbols =
      ProgramSymbols([&Files](StringRef Name) { return Files.fileOf(Name); });
  Resolved.RequiredNames = std::move(RequiredNames);
  for (CompiledPart &Part : Compiled) {
    bool IsOfAll = Part.File.empty();
    auto Object = makeProgramObject(IsOfAll ? MainFile : Part.File,
                                    takeStart(Part), Target);
    if (!Object)
      return Object.error();
    // There is less that MCJIT can do for others than for x86-64: said, where
    // it would end the process.
    if (auto Fits = Isa.Arch == Triple::x86_64
                        ? Expected<void>()
                        : verifyObject(*Object->File, Object->Name, Isa);
        !Fits)
      return Fits.error();
    Object->IsCompiledIR = IsOfAll;
    Object->Source = Part.source();
    Resolved.Objects.push_back(std::move(*Object));
  }
  for (ProgramObject &Object : Inputs.Objects)
    Resolved.Objects.push_back(std::move(Object));
  for (const ProgramObject &Object : Resolved.Objects)
    if (auto Added = Resolved.Symbols.add(Object); !Added)
      return Added.error();
  for (const std::string &Name : Resolved.RequiredNames)
    Resolved.Symbols.require(Name);
  if (auto Added = Inputs.Archives.addNeededMembers(Resolved.Objects,
                                                    Resolved.Symbols, Target);
      !Added)
    return Added.error();
  if (auto Unique = Resolved.Symbols.checkUnique(); !Unique)
    return Unique.error();
  // Alone, its names cannot clash; and they are good in diagnostics.
  if (Resolved.Objects.size() > 1 || Isa.HidesLocalSymbols)
    for (size_t Number = 0; Number != Compiled.size(); ++Number)
      if (Error E = hideLocalSymbols(Resolved.Objects[Number].Bytes, Isa))
        return fromLlvm(Blame::Internal, "cannot patch '" + MainFile + "'",
                        std::move(E));
  Resolved.Additions.Chosen.setTarget(Isa);
  if (Error E = Resolved.settleDefinitions())
    return fromLlvm(Blame::Internal, "cannot patch '" + MainFile + "'",
                    std::move(E));
  for (const auto &[Name, Addr] : Absolute)
    if (Resolved.Symbols.find(Name))
      return Failure{Blame::Usage, "symbol '" + Name +
                                       "' is bound by --abs and defined by "
                                       "the program as well"};
  Resolved.Additions.Bounds = findLinkerSymbols(Resolved);
  auto Nearby = NearSymbols::find(Resolved, Isa);
  if (!Nearby)
    return Nearby.error();
  Resolved.Additions.Nearby = std::move(*Nearby);
  if (Isa.HasNativeThreadLocals) {
    // After that: the code's way to a library's variable is then an index that
    // is near by nature.
    auto OfThreads =
        ThreadLocals::link(Resolved.Objects, Resolved.Symbols, Block);
    if (!OfThreads)
      return OfThreads.error();
    Resolved.Additions.OfThreads = std::move(*OfThreads);
    auto Distances = GotOffsets::find(Resolved.Objects);
    if (!Distances)
      return Distances.error();
    Resolved.Additions.Distances = std::move(*Distances);
  }
  if (Isa.HasExceptionIndex) {
    auto Unwinding = ExceptionIndex::find(Resolved.Objects);
    if (!Unwinding)
      return Unwinding.error();
    Resolved.Additions.Unwinding = std::move(*Unwinding);
  }
  if (Isa.HasTableOfContents) {
    auto Branches = LocalBranches::find(Resolved.Objects);
    if (!Branches)
      return Branches.error();
    Resolved.Additions.Branches = std::move(*Branches);
  }
  constexpr uint64_t TwoGiB = uint64_t(1) << 31;
  for (const auto &[Name, Addr] : Absolute)
    if (Resolved.Additions.Nearby.contains(Name) && Addr.value() >= TwoGiB)
      return Failure{Blame::Usage,
                     "symbol '" + Name +
                         "', bound by --abs, is out of reach of an object that "
                         "addresses it with 32 bits; compile the object with "
                         "-mcmodel=large, or pass it as IR with "
                         "--extra-module"};
  return Resolved;
}

/// Leaves one definition of each symbol, and none of the ifuncs.
Error Program::settleDefinitions() {
  Symbols.forEach(
      [&](StringRef Name, const ProgramSymbols::Definition &Definition) {
        if (Definition.IsIfunc)
          Additions.Chosen.add(Name, {Definition.Object, Definition.Section},
                               Definition.Value);
      });
  for (size_t Number = 0; Number != Objects.size(); ++Number) {
    auto Loses = [&](StringRef Name) {
      const ProgramSymbols::Definition *Definition = Symbols.find(Name);
      return Definition &&
             (Definition->Object != Number || Definition->IsIfunc);
    };
    auto AlignmentOf = [&](StringRef Name) {
      const ProgramSymbols::Definition *Definition = Symbols.find(Name);
      return Definition ? Definition->CommonAlignment : 0;
    };
    MutableArrayRef<char> Bytes = Objects[Number].Bytes;
    if (Error E = resignDefinitions(Bytes, Loses))
      return E;
    if (Error E = alignCommonSymbols(Bytes, AlignmentOf))
      return E;
  }
  return Error::success();
}

Program::Wanted
Program::wanted(const std::map<std::string, ExecutorAddr> &Absolute) const {
  auto Undefined = Symbols.undefined();
  std::erase_if(Undefined, [&](const auto &Entry) {
    return Absolute.count(Entry.first) ||
           is_contained(Additions.Bounds, Entry.first);
  });
  return Undefined;
}

} // namespace remoterun::jit
