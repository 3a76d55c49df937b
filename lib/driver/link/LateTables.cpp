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

LateTables LateTables::of(jit::RemoteEngine &Engine,
                          const jit::SymbolAddresses &Addresses,
                          const jit::LatePlan &Plan, const LateCode &Code) {
  LateTables Made;
  const LateWindows &Windows = *Engine.lateWindows();
  Made.Windows = Windows.range(LateWindows::Control).Start;
  Made.Entries = Engine.addressOf(LateCode::Entries);
  for (size_t Number = 0; Number != Plan.Functions.size(); ++Number) {
    StringRef Name =
        GlobalValue::dropLLVMManglingEscape(Plan.Functions[Number].Name);
    // A weak one may have given way to another definition.
    if (ExecutorAddr Chosen = Engine.addressOf(Name);
        Chosen != Made.Entries + Number * Code.EntrySize)
      Made.Others[Name] = {Chosen, Chosen, {}};
  }
  auto Known = [&](const std::string &Name) {
    auto Its = Addresses.find(Name);
    ExecutorAddr Address = Engine.addressOf(Name);
    return Its != Addresses.end() ? Its->second : Address;
  };
  for (const std::string &Name : Plan.Inside) {
    ExecutorAddr Address = Known(Name);
    Made.Others[Name] = {Address, Address, {}};
  }
  ExecutorAddr Words = Engine.addressOf(LateCode::Words);
  ExecutorAddr Stubs = Engine.addressOf(LateCode::Stubs);
  for (size_t Number = 0; Number != Plan.Outside.size(); ++Number) {
    const std::string &Name = Plan.Outside[Number].Name;
    ExecutorAddr Address = Engine.addressOf(Name);
    Made.Others[Name] = {
        .Address = Known(Name),
        .Call = Address.isNull() ? Stubs + Number * Code.StubSize : Address,
        .Pointer = Words + Number * sizeof(uint64_t)};
  }
  ExecutorRange Index = Windows.range(LateWindows::Index);
  Made.UnwindIndex.resize(Index.Size);
  Engine.writeUnwindIndex(Made.UnwindIndex, Index.Start);
  // What is behind it is for those that come.
  while (!Made.UnwindIndex.empty() && Made.UnwindIndex.back() == 0)
    Made.UnwindIndex.pop_back();
  ByteBuffer Contents;
  wire::ByteWriter Out(Contents);
  Made.encodeContents(Out);
  Made.Identity = jit::hashOf(
      {reinterpret_cast<const char *>(Contents.data()), Contents.size()});
  return Made;
}

void LateTables::encode(wire::ByteWriter &Out) const {
  encodeContents(Out);
  Out.string(Identity);
}

void LateTables::encodeContents(wire::ByteWriter &Out) const {
  Out.address(Windows);
  Out.address(Entries);
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
}

LateTables LateTables::decode(wire::ByteReader &In) {
  LateTables Made;
  Made.Windows = In.address();
  Made.Entries = In.address();
  for (uint32_t Left = In.count(/*SmallestElement=*/28); Left != 0; --Left) {
    std::string_view Name = In.string();
    jit::LateReference Its;
    Its.Address = In.address();
    Its.Call = In.address();
    Its.Pointer = In.address();
    Made.Others[Name] = Its;
  }
  std::string_view Index = In.string();
  Made.UnwindIndex.assign(Index.begin(), Index.end());
  Made.Identity = In.string();
  return Made;
}

} // namespace remoterun::driver
