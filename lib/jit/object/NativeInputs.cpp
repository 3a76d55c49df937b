//===- NativeInputs.cpp - Objects and archives beside the IR --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/NativeInputs.h"

#include <utility>

using namespace llvm;

namespace remoterun::jit {

Expected<NativeInputs> NativeInputs::open(ArrayRef<NativeFile> Files,
                                          const Triple &Target,
                                          const SymbolRules &Rules) {
  NativeInputs Opened;
  Opened.Rules = &Rules;
  uint32_t Number = 0;
  for (const NativeFile &File : Files) {
    const LinkInput &Input = File.Input;
    switch (Input.What) {
    case LinkInput::Kind::Object: {
      auto Object = loadObject(File, Number, Target);
      if (!Object)
        return Object.error();
      if (Input.IsMain) {
        Opened.Main = std::move(*Object);
        ++Number;
        continue;
      }
      Opened.Objects.push_back(std::move(*Object));
      break;
    }
    case LinkInput::Kind::WholeArchive: {
      auto Members = loadWholeArchive(File, Number, Target);
      if (!Members)
        return Members.error();
      // To the link they are objects.
      Opened.Order.insert(Opened.Order.end(), Members->size(),
                          Step{LinkInput::Kind::Object, Input.File});
      for (LoadedMember &Member : *Members)
        Opened.Objects.push_back(std::move(Member));
      ++Number;
      continue;
    }
    case LinkInput::Kind::Archive:
      if (auto Done = Opened.Archives.open(File, Number); !Done)
        return Done.error();
      break;
    case LinkInput::Kind::Library:
      break;
    }
    Opened.Order.push_back({Input.What, Input.File, Input.IfNeeded});
    ++Number;
  }
  return Opened;
}

Expected<void> NativeInputs::linkInto(LinkedInputs &Program) {
  size_t Object = 0, Archive = 0;
  if (auto First = std::exchange(Main, std::nullopt))
    if (auto Added = Program.take(std::move(*First)); !Added)
      return Added.error();
  for (const Step &Next : Order) {
    switch (Next.What) {
    case LinkInput::Kind::Object:
      if (auto Added = Program.take(std::move(Objects[Object++])); !Added)
        return Added.error();
      break;
    case LinkInput::Kind::Archive:
      if (auto Took = Archives.takeFrom(Archive++, Program); !Took)
        return Took.error();
      break;
    case LinkInput::Kind::Library:
      Archives.passOver(Next.File);
      Program.Symbols.meet(Next.File, Next.IfNeeded);
      break;
    case LinkInput::Kind::WholeArchive:
      break;
    }
  }
  Objects.clear();
  return Archives.addNeededMembers(Program);
}

std::optional<ProgramObject> NativeInputs::takeMain() {
  auto *Object = Main ? std::get_if<ProgramObject>(&*Main) : nullptr;
  if (!Object)
    return std::nullopt;
  std::optional<ProgramObject> Taken = std::move(*Object);
  Main.reset();
  return Taken;
}

Expected<const ProgramSymbols *> NativeInputs::symbols() const {
  if (!OfObjects) {
    auto Read = std::make_shared<ProgramSymbols>(nullptr, *Rules);
    auto Add = [&](const LoadedMember &Each) {
      const auto *Object = std::get_if<ProgramObject>(&Each);
      return Object ? Read->add(*Object) : Expected<void>();
    };
    if (Main)
      if (auto Added = Add(*Main); !Added)
        return Added.error();
    for (const LoadedMember &Each : Objects)
      if (auto Added = Add(Each); !Added)
        return Added.error();
    OfObjects = std::move(Read);
  }
  return OfObjects.get();
}

Expected<bool> NativeInputs::define(StringRef Name) const {
  if (Archives.defines(Name))
    return true;
  auto Known = symbols();
  if (!Known)
    return Known.error();
  return (*Known)->find(Name) != nullptr;
}

Expected<bool> NativeInputs::mention(StringRef Name) const {
  if (Archives.defines(Name))
    return true;
  auto Known = symbols();
  if (!Known)
    return Known.error();
  return (*Known)->find(Name) || (*Known)->isWanted(Name);
}

} // namespace remoterun::jit
