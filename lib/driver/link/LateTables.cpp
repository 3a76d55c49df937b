//===- LateTables.cpp - What late code refers to --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/LateTables.h"
#include "jit/base/ContentHash.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/GlobalValue.h"

using namespace llvm;

namespace remoterun::driver {

using jit::LateCode;
using jit::LateWindows;

namespace {

/// Of \p Engine, whose entries are where \p Entries says.
llvm::StringMap<jit::LateReference>
findOthers(jit::RemoteEngine &Engine, const jit::SymbolAddresses &Addresses,
           const jit::LatePlan &Plan, const LateCode &Code,
           ExecutorAddr Entries) {
  StringMap<jit::LateReference> Others;
  for (size_t Number = 0; Number != Plan.Functions.size(); ++Number) {
    StringRef Name = Plan.Functions[Number].symbol();
    // A weak one may have given way to another definition.
    if (ExecutorAddr Address = Engine.addressOf(Name);
        Address != Entries + Number * Code.EntrySize)
      Others[Name] = {Address, Address, {}};
  }
  auto Known = [&](const std::string &Name) {
    auto Its = Addresses.find(Name);
    ExecutorAddr Address = Engine.addressOf(Name);
    return Its != Addresses.end() ? Its->second : Address;
  };
  for (const std::string &Name : Plan.Inside) {
    ExecutorAddr Address = Known(Name);
    Others[Name] = {Address, Address, {}};
  }
  ExecutorAddr Words = Engine.addressOf(LateCode::Words);
  ExecutorAddr Stubs = Engine.addressOf(LateCode::Stubs);
  for (size_t Number = 0; Number != Plan.Outside.size(); ++Number) {
    const std::string &Name = Plan.Outside[Number].Name;
    ExecutorAddr Address = Engine.addressOf(Name);
    Others[Name] = {.Address = Known(Name),
                    .Call = Address.isNull() ? Stubs + Number * Code.StubSize
                                             : Address,
                    .Pointer = Words + Number * sizeof(uint64_t)};
  }
  return Others;
}

/// Notes for which functions of \p Plan the image has room for symbols.
void findExported(const jit::BodySymbols &Symbols, const jit::LatePlan &Plan,
                  LateReferences &Known) {
  StringMap<uint32_t> Numbers;
  for (size_t Number = 0; Number != Plan.Functions.size(); ++Number)
    Numbers[Plan.Functions[Number].symbol()] = static_cast<uint32_t>(Number);
  for (const jit::BodySymbols::Function &Each : Symbols.Those)
    Known.Exported.emplace_back(Numbers.lookup(Each.Symbol), Each.Name);
  Known.StartOfSymbols = Symbols.Start;
}

} // namespace

LateTables LateTables::of(jit::RemoteEngine &Engine,
                          const jit::SymbolAddresses &Addresses,
                          const jit::LatePlan &Plan, const LateCode &Code) {
  LateTables Made;
  const LateWindows &Windows = *Engine.lateWindows();
  Made.Windows = Windows.range(LateWindows::Control).Start;
  Made.Entries = Engine.addressOf(LateCode::Entries);
  auto References = std::make_shared<LateReferences>();
  References->Others = findOthers(Engine, Addresses, Plan, Code, Made.Entries);
  findExported(Engine.bodySymbols(), Plan, *References);
  ExecutorRange Index = Windows.range(LateWindows::Index);
  std::vector<uint8_t> Room(Index.Size);
  Engine.writeUnwindIndex(Room, Index.Start);
  // What is behind it is for those that come. This stays as long as the program
  // runs. (Without exceptions, libstdc++'s shrink_to_fit() does nothing.)
  while (!Room.empty() && Room.back() == 0)
    Room.pop_back();
  References->UnwindIndex.assign(Room.begin(), Room.end());
  ByteBuffer Contents;
  wire::ByteWriter Out(Contents);
  Out.address(Made.Windows);
  Out.address(Made.Entries);
  References->encode(Out);
  Made.Identity = jit::hashOf(
      {reinterpret_cast<const char *>(Contents.data()), Contents.size()});
  Made.References = std::make_shared<jit::OnDemand<LateReferences>>(
      std::shared_ptr<const LateReferences>(std::move(References)));
  return Made;
}

void LateTables::encode(wire::ByteWriter &Out) const {
  Out.address(Windows);
  Out.address(Entries);
  Out.string(Identity);
}

LateTables LateTables::decode(wire::ByteReader &In,
                              jit::OnDemand<LateReferences>::Reader Read) {
  LateTables Made;
  Made.Windows = In.address();
  Made.Entries = In.address();
  Made.Identity = In.string();
  Made.References =
      std::make_shared<jit::OnDemand<LateReferences>>(std::move(Read));
  return Made;
}

void LateReferences::encode(wire::ByteWriter &Out) const {
  // A map's own order depends on how it came to be.
  std::vector<StringRef> Names(Others.keys().begin(), Others.keys().end());
  sort(Names);
  Out.u32(static_cast<uint32_t>(Names.size()));
  for (StringRef Name : Names) {
    const jit::LateReference &Its = Others.find(Name)->second;
    Out.string(Name);
    Out.address(Its.Address);
    Out.address(Its.Call);
    Out.address(Its.Pointer);
  }
  Out.string(
      {reinterpret_cast<const char *>(UnwindIndex.data()), UnwindIndex.size()});
  Out.u32(StartOfSymbols);
  Out.u32(static_cast<uint32_t>(Exported.size()));
  for (auto [Function, NameOfIt] : Exported) {
    Out.u32(Function);
    Out.u32(NameOfIt);
  }
}

std::shared_ptr<const LateReferences>
LateReferences::decode(wire::ByteReader In) {
  auto Made = std::make_shared<LateReferences>();
  for (uint32_t Left = In.count(/*SmallestElement=*/28); Left != 0; --Left) {
    std::string_view Name = In.string();
    jit::LateReference Its;
    Its.Address = In.address();
    Its.Call = In.address();
    Its.Pointer = In.address();
    Made->Others[Name] = Its;
  }
  std::string_view Index = In.string();
  Made->UnwindIndex.assign(Index.begin(), Index.end());
  Made->StartOfSymbols = In.u32();
  Made->Exported.resize(In.count(/*SmallestElement=*/8));
  for (auto &[Function, NameOfIt] : Made->Exported) {
    Function = In.u32();
    NameOfIt = In.u32();
  }
  return In.finished() ? Made : nullptr;
}

} // namespace remoterun::driver
