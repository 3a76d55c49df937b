//===- SymbolReferences.cpp - Who refers to a symbol ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/SymbolReferences.h"
#include "jit/base/ElfView.h"
#include "jit/base/SymbolNames.h"
#include "jit/debug/DebugLines.h"
#include "jit/debug/FunctionTable.h"
#include "jit/target/LateSlots.h"

#include "llvm/ADT/StringSet.h"

#include <optional>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// One object, as it was before it was patched: with the names of all its
/// functions.
class ReferringObject {
public:
  ReferringObject(const ProgramObject &Object, const SourceFiles &Files)
      : Object(Object), Files(Files) {}

  /// Calls \p Visit with the name of each symbol that a relocation is about,
  /// and the relocation's place.
  void
  forEachReference(function_ref<void(StringRef, FunctionTable::Place)> Visit);
  /// The function or variable at \p Where; empty for neither.
  std::string holderOf(FunctionTable::Place Where);
  /// What a person is told of \p Where, in \p Holder.
  std::string describe(FunctionTable::Place Where, const std::string &Holder);

private:
  ArrayRef<char> bytes() const {
    return {Contents.Bytes.data(), Contents.Bytes.size()};
  }

  const ProgramObject &Object;
  const SourceFiles &Files;
  ObjectSource::Contents Contents;
  std::unique_ptr<ELFObjectFileBase> File;
  // Made when they are needed first.
  std::optional<FunctionTable> Table;
  std::unique_ptr<DebugLines> Lines;
};

void ReferringObject::forEachReference(
    function_ref<void(StringRef, FunctionTable::Place)> Visit) {
  Contents = Object.Source.read();
  auto Opened = ObjectFile::createELFObjectFile({Contents.Bytes, Object.Name});
  if (!Opened)
    return consumeError(Opened.takeError());
  File.reset(cast<ELFObjectFileBase>(Opened->release()));
  withElfType(bytes(), [&]<typename ELFT>() {
    auto View = ElfView<ELFT>::create(bytes());
    if (!View)
      return consumeError(View.takeError());
    for (const auto &Table : View->sections()) {
      // Debug information is no use of a symbol.
      if (!View->isRelocations(Table) ||
          Table.sh_info >= View->sections().size() ||
          !(View->sections()[Table.sh_info].sh_flags & ELF::SHF_ALLOC))
        continue;
      consumeError(View->forEachRelocation(
          Table, [&](const RelocationView &Relocation) -> Error {
            if (Relocation.Symbol == 0)
              return Error::success();
            auto Name = View->nameOf(View->symbols()[Relocation.Symbol]);
            if (!Name)
              return Name.takeError();
            Visit(*Name, {Table.sh_info, Relocation.Offset});
            return Error::success();
          }));
    }
  });
}

std::string ReferringObject::holderOf(FunctionTable::Place Where) {
  if (!Table)
    Table.emplace(bytes());
  for (auto Kind :
       {FunctionTable::Kind::Function, FunctionTable::Kind::Variable})
    if (auto Found = Table->find(Where, Kind);
        // Code generation's own, for what the unwinder calls.
        Found && !Found->Name.starts_with("DW.ref."))
      return (Kind == FunctionTable::Kind::Function ? "function "
                                                    : "variable ") +
             Found->Name.str();
  return "";
}

std::string ReferringObject::describe(FunctionTable::Place Where,
                                      const std::string &Holder) {
  auto [Kind, Symbol] = StringRef(Holder).split(' ');
  std::string Place = Object.IsCompiledIR ? Files.fileOf(Symbol) : Object.Name;
  if (!Holder.empty())
    Place = (Kind + " " + demangledFunction(Symbol) + " in " + Place).str();
  if (!Lines)
    Lines = std::make_unique<DebugLines>(*File, nullptr);
  auto Frames = Lines->find(Where.Offset, Where.Section);
  if (Frames.empty() || Frames.front().SourceFile.empty() ||
      Frames.front().Line == 0)
    return Place;
  return Frames.front().SourceFile + ":" + std::to_string(Frames.front().Line) +
         " (" + Place + ")";
}

} // namespace

StringMap<SymbolReferences>
findReferences(ArrayRef<std::string> Names,
               const std::vector<ProgramObject> &Objects,
               const SourceFiles &Files, size_t Limit) {
  StringMap<SymbolReferences> Found;
  for (const std::string &Name : Names)
    Found.try_emplace(Name);
  for (const ProgramObject &Object : Objects) {
    ReferringObject Referring(Object, Files);
    StringSet<> Seen; // Name and holder.
    Referring.forEachReference([&](StringRef Name, FunctionTable::Place Where) {
      auto Wanted = Found.find(Name);
      if (Wanted == Found.end())
        return;
      std::string Holder = Referring.holderOf(Where);
      // For late functions, of which none is there that refers to it.
      if (StringRef(Holder).split(' ').second == LateCode::Words)
        return;
      if (!Seen.insert((Name + "\n" + Holder).str()).second)
        return;
      SymbolReferences &References = Wanted->second;
      if (References.Places.size() == Limit)
        ++References.More;
      else
        References.Places.push_back(Referring.describe(Where, Holder));
    });
  }
  return Found;
}

} // namespace remoterun::jit
