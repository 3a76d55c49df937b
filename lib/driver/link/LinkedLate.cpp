//===- LinkedLate.cpp - Late code as it lies in its windows ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/LinkedLate.h"
#include "driver/link/LateLink.h"
#include "wire/Codec.h"

using namespace llvm;

namespace remoterun::driver {

using jit::LateWindows;

std::optional<LinkedLate> LinkedLate::load(const jit::CacheKey &Key,
                                           const jit::CompilationCache &Cache,
                                           size_t Functions) {
  auto Kept = jit::readKeyedFile(Cache.pathOf(Key), Key);
  if (!Kept)
    return std::nullopt;
  LinkedLate Made;
  Made.Bytes = std::make_shared<jit::ObjectBytes>(std::move(*Kept));
  wire::ByteReader In({reinterpret_cast<const uint8_t *>(Made.Bytes->data()),
                       Made.Bytes->size()});
  Made.Bodies.resize(In.count(/*SmallestElement=*/13));
  for (Body &Each : Made.Bodies) {
    Each.Of = {.Function = In.u32(), .IsFast = In.u8() != 0};
    Each.Address = In.address();
    if (Each.Of.Function >= Functions)
      return std::nullopt;
  }
  Made.Functions.resize(In.count(/*SmallestElement=*/20));
  for (jit::LateFunction &Each : Made.Functions) {
    Each.Name = In.string();
    Each.Range = In.range();
  }
  Made.Symbols.resize(In.count(/*SmallestElement=*/24));
  for (jit::BodySymbol &Each : Made.Symbols) {
    Each.Offset = In.u32();
    Each.Name = In.u32();
    Each.Range = In.range();
    if (Each.Offset % 8 != 0 || Each.Offset + jit::BodySymbols::SymbolSize >
                                    jit::BodySymbols::sizeFor(Functions))
      return std::nullopt;
  }
  for (ArrayRef<uint8_t> *Window : {&Made.Code, &Made.Constants, &Made.Index}) {
    std::string_view Contents = In.string();
    *Window = {reinterpret_cast<const uint8_t *>(Contents.data()),
               Contents.size()};
  }
  return In.finished() ? std::optional(std::move(Made)) : std::nullopt;
}

void LinkedLate::store(const jit::CacheKey &Key,
                       jit::CompilationCache &Cache) const {
  ByteBuffer Made;
  wire::ByteWriter Out(Made);
  Out.u32(static_cast<uint32_t>(Bodies.size()));
  for (const Body &Each : Bodies) {
    Out.u32(Each.Of.Function);
    Out.u8(Each.Of.IsFast);
    Out.address(Each.Address);
  }
  Out.u32(static_cast<uint32_t>(Functions.size()));
  for (const jit::LateFunction &Each : Functions) {
    Out.string(Each.Name);
    Out.range(Each.Range);
  }
  Out.u32(static_cast<uint32_t>(Symbols.size()));
  for (const jit::BodySymbol &Each : Symbols) {
    Out.u32(Each.Offset);
    Out.u32(Each.Name);
    Out.range(Each.Range);
  }
  for (ArrayRef<uint8_t> Window : {Code, Constants, Index})
    Out.string({reinterpret_cast<const char *>(Window.data()), Window.size()});
  Cache.store(Key, {reinterpret_cast<const char *>(Made.data()), Made.size()},
              Made.size());
}

/// Under Guard, or before there are threads.
void LateLink::add(const jit::LateFunction &Linked) {
  Functions.push_back(
      {StringRef(Linked.Name).copy(NameMemory), Linked.Range, Linked.Object});
}

bool LateLink::restore(const LinkedLate &Before) {
  const std::pair<LateWindows::Kind, ArrayRef<uint8_t>> Contents[] = {
      {LateWindows::Code, Before.Code},
      {LateWindows::Constants, Before.Constants},
      {LateWindows::Index, Before.Index}};
  for (auto [Which, Bytes] : Contents)
    if (Bytes.size() > Windows.range(Which).Size)
      return false;
  for (auto [Which, Bytes] : Contents)
    llvm::copy(Bytes, window(Which).Memory.begin());
  for (const jit::LateFunction &Each : Before.Functions)
    add(Each);
  for (const jit::BodySymbol &Each : Before.Symbols)
    tell(Each);
  for (const LinkedLate::Body &Each : Before.Bodies) {
    slot(Each.Of.Function) = Each.Address.value();
    if (Each.Of.IsFast)
      continue;
    Places[Each.Of.Function].Body = Each.Address;
    --Left;
  }
  return true;
}

LinkedLate LateLink::linked() const {
  LinkedLate Made;
  for (uint32_t Number = 0; Number != Places.size(); ++Number) {
    ExecutorAddr Address(slot(Number).load());
    if (Address != Places[Number].Request)
      Made.Bodies.push_back(
          {.Of = {.Function = Number, .IsFast = Places[Number].Body.isNull()},
           .Address = Address});
  }
  for (const Placed &Each : Functions)
    Made.Functions.push_back({Each.Name.str(), Each.Range});
  Made.Symbols = Symbols;
  auto Used = [](const jit::LateWindow &Window) {
    return ArrayRef<uint8_t>(Window.Memory).take_front(Window.Used);
  };
  Made.Code = Used(Linker->code());
  Made.Constants = Used(Linker->constants());
  Made.Index = Used(Linker->index());
  return Made;
}

std::vector<jit::LateFunction> LateLink::functions(
    const std::function<jit::ObjectSource(uint32_t)> &Kept) const {
  std::lock_guard Lock(Guard);
  std::vector<jit::LateFunction> All;
  const LateNames *Known = Functions.empty() ? nullptr : Names->get();
  for (const Placed &Each : Functions) {
    All.push_back({Each.Name.str(), Each.Range, Each.Object});
    if (auto Number = Known ? Known->number(Each.Name) : std::nullopt;
        Number && Each.Object.isNothing())
      All.back().Object = Kept(*Number);
  }
  return All;
}

} // namespace remoterun::driver
