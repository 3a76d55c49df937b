//===- JITPieces.cpp - Lazy modules of a RemoteJIT, piece by piece --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lazy module is never linked itself; its pieces are (LazyModule.h). What no
// piece has yet is known by the module's number, and has no address.
//
//===----------------------------------------------------------------------===//

#include "driver/open/JITCore.h"
#include "driver/open/LazyModule.h"

#include "llvm/ADT/STLExtras.h"

#include <utility>

using namespace llvm;

namespace remoterun::detail {

using driver::KnownSymbol;
using driver::LazyModule;

/// Notes what a lazy module defines and no piece has.
void JITCore::expectPieces(uint32_t Number) {
  for (LazyModule::Symbol &Symbol : Modules[Number].Lazy->left()) {
    const KnownSymbol *Known = known(Symbol.Name);
    if (!Known || (Known->IsWeak && !Symbol.IsWeak))
      Symbols[Symbol.Name] = {Number, ExecutorAddr(), Symbol.IsWeak};
  }
}

Expected<void> JITCore::linkPiece(uint32_t Owner,
                                  const LazyModule::Piece &Piece) {
  if (Piece.Definitions.empty())
    return {};
  Module &Its = Modules[Owner];
  if (Its.IsTaking)
    return Failure{Blame::Input,
                   "'" + Its.Code->Name +
                       "' and a module that was added after it need each "
                       "other's functions: of lazy modules, only the later one "
                       "can refer to the other"};
  const std::string &Name = Its.Code->Name;
  auto Input = jit::inputInMemory(
      MemoryBuffer::getMemBufferCopy(Piece.Bitcode, Name), Name);
  if (!Input)
    return Input.error();
  Its.IsTaking = true;
  uint32_t Outer = std::exchange(Replaced, Owner);
  auto Linked = compileAndLink(std::move(*Input));
  Replaced = Outer;
  Its.IsTaking = false;
  if (!Linked)
    return Linked.error();
  Modules[*Linked].PieceOf = Owner;
  Its.Lazy->take(Piece);
  return {};
}

/// What a name is to whoever refers to it; null for what no module defines.
Expected<const KnownSymbol *> JITCore::refer(StringRef Name) {
  const KnownSymbol *Known = known(Name);
  if (!Known || !Known->Address.isNull())
    return Known;
  uint32_t Owner = Known->Module;
  auto Piece = Modules[Owner].Lazy->pieceFor(Name);
  if (!Piece)
    return Piece.error();
  if (auto Linked = linkPiece(Owner, *Piece); !Linked)
    return Linked.error();
  Known = known(Name);
  return Known && Known->Address.isNull() ? nullptr : Known;
}

Expected<void> JITCore::linkFirst(uint32_t Number) {
  auto First = Modules[Number].Lazy->first();
  Expected<void> Done = First ? linkPiece(Number, *First) : First.error();
  Modules[Number].NeedsFirst = !Done;
  return Done;
}

Expected<void> JITCore::addLazy(uint32_t Number,
                                std::shared_ptr<LazyModule> Its) {
  for (const LazyModule::Symbol &Symbol : Its->left()) {
    const KnownSymbol *Known = known(Symbol.Name);
    if (Known && !Known->IsWeak && !Symbol.IsWeak)
      return Failure{Blame::Input, "'" + Its->name() + "' defines '" +
                                       Symbol.Name +
                                       "', which another module has defined; "
                                       "replace that module, or remove it "
                                       "first"};
  }
  Module Made;
  Made.Code = std::make_shared<driver::CompiledModule>();
  Made.Code->Name = Its->name();
  Made.Lazy = std::move(Its);
  Modules.emplace(Number, std::move(Made));
  expectPieces(Number);
  return linkFirst(Number);
}

std::vector<uint32_t> JITCore::piecesOf(uint32_t Number) const {
  std::vector<uint32_t> Pieces;
  for (const auto &[Other, Its] : Modules)
    if (Its.PieceOf == Number)
      Pieces.push_back(Other);
  return Pieces;
}

Expected<void> JITCore::removeLazy(uint32_t Number, bool Waits) {
  std::vector<uint32_t> Pieces = piecesOf(Number);
  for (uint32_t Piece : Pieces)
    for (const auto &[Other, Its] : Modules)
      if (Its.PieceOf != Number)
        if (auto Unused = checkUnusedBy(Piece, Other); !Unused)
          return Unused;
  // Later ones refer to earlier ones. Once some are gone, the others are no
  // good: they are waited for.
  bool HasBegun = false;
  for (uint32_t Piece : reverse(Pieces)) {
    if (auto Removed = unlinkAnyway(Piece, Waits || HasBegun); !Removed)
      return Removed;
    HasBegun = true;
  }
  forgetLazy(Number);
  return {};
}

void JITCore::forgetLazy(uint32_t Number) {
  for (const LazyModule::Symbol &Symbol : Modules[Number].Lazy->left()) {
    auto Its = Symbols.find(Symbol.Name);
    if (Its != Symbols.end() && Its->second.Module == Number)
      Symbols.erase(Its);
  }
  Modules.erase(Number);
}

/// Finds the functions that somebody has looked up in what has taken their
/// module's place.
Expected<void> JITCore::referAgain() {
  std::vector<uint32_t> Free;
  {
    std::lock_guard Only(CallGuard);
    Free = FreeFunctions;
  }
  for (uint32_t Number = 0; Number != Functions.size(); ++Number) {
    Function &Its = Functions[Number];
    if (!Its.Address.isNull() || is_contained(Free, Number) || !known(Its.Name))
      continue;
    auto Found = refer(Its.Name);
    if (!Found)
      return Found.error();
    if (*Found)
      Its.Address = (*Found)->Address;
  }
  return {};
}

/// As replaceWhole(), for a lazy one.
Expected<void> JITCore::replaceLazy(uint32_t Number, jit::InputFile Input) {
  if (Target->Session->isOver())
    return Failure{Blame::Executor, "the executor has ended: restart() first"};
  auto Old = Modules[Number].Lazy;
  if (auto Removed = removeLazy(Number, /*Waits=*/true); !Removed)
    return Removed;
  auto Done = addAs(Number, std::move(Input));
  if (Done)
    Done = referAgain();
  if (Done)
    return Done;
  if (auto New = Modules.find(Number); New != Modules.end())
    (void)(New->second.Lazy ? removeLazy(Number, /*Waits=*/true)
                            : unlinkAnyway(Number, /*Waits=*/true));
  Old->takeBack();
  // If the executor has ended, it is there in the next.
  if (auto Again = addLazy(Number, std::move(Old)); Again)
    (void)referAgain();
  return Done;
}

} // namespace remoterun::detail
