//===- LinkedLate.cpp - Late code as it lies in its windows ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/LinkedLate.h"
#include "driver/link/LateLink.h"
#include "wire/Codec.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace remoterun::driver {

using jit::LateWindows;

namespace {

/// What is read at once stays in a processor's nearer caches, and memory for
/// more would take longer to be had than reading it.
constexpr size_t PieceSize = 64 * 1024;

/// Null for what LinkedLate::store() cannot have written.
std::shared_ptr<const std::vector<jit::LateFunction>>
decodeFunctions(std::span<const uint8_t> Bytes) {
  wire::ByteReader In(Bytes);
  auto Made = std::make_shared<std::vector<jit::LateFunction>>(
      In.count(/*SmallestElement=*/21));
  for (jit::LateFunction &Each : *Made) {
    Each.Name = In.string();
    Each.Range = In.range();
    Each.IsContinuation = In.u8() != 0;
  }
  return In.finished() ? Made : nullptr;
}

} // namespace

std::optional<KeptLate> KeptLate::find(const jit::CacheKey &Key,
                                       const jit::CompilationCache &Cache,
                                       size_t Functions) {
  std::string Distrust; // The program's entry beside it was trusted.
  auto Kept = jit::readKeyedStart(Cache.pathOf(Key), Key, Distrust);
  if (!Kept)
    return std::nullopt;
  KeptLate Found(std::move(*Kept));
  return Found.decode(Functions) ? std::optional(std::move(Found))
                                 : std::nullopt;
}

bool KeptLate::decode(size_t FunctionCount) {
  wire::ByteReader In(
      {reinterpret_cast<const uint8_t *>(Start->data()), Start->size()});
  for (Part &Each : Parts) {
    Each.Size = In.u64();
    Each.Sums.resize(In.count(sizeof(jit::Checksum)));
    for (jit::Checksum &Sum : Each.Sums)
      Sum = In.u64();
    if (Each.Sums.size() != divideCeil(Each.Size, PieceSize))
      return false;
  }
  Bodies.resize(In.count(/*SmallestElement=*/29));
  for (LinkedLate::Body &Each : Bodies) {
    Each.Of = {.Function = In.u32(), .IsFast = In.u8() != 0};
    Each.Address = In.address();
    Each.Loops = In.range();
    if (Each.Of.Function >= FunctionCount ||
        Each.Loops.Start.value() % sizeof(uint64_t) != 0)
      return false;
  }
  Symbols.resize(In.count(/*SmallestElement=*/24));
  for (jit::BodySymbol &Each : Symbols) {
    Each.Offset = In.u32();
    Each.Name = In.u32();
    Each.Range = In.range();
    if (Each.Offset % 8 != 0 || Each.Offset + jit::BodySymbols::SymbolSize >
                                    jit::BodySymbols::sizeFor(FunctionCount))
      return false;
  }
  // Names take as long to read as all else.
  Names = std::make_shared<FunctionList>(
      [Its = Start, Rest = In.rest()] { return decodeFunctions(Rest); });
  return !In.failed();
}

bool KeptLate::read(Writer Write) const {
  auto Buffer = std::make_unique_for_overwrite<uint8_t[]>(PieceSize);
  uint64_t InFile = Offset;
  for (size_t Window = 0; Window != Parts.size(); ++Window) {
    const Part &Its = Parts[Window];
    for (size_t Number = 0; Number != Its.Sums.size(); ++Number) {
      const uint64_t Done = Number * PieceSize;
      MutableArrayRef<uint8_t> Piece(
          Buffer.get(), std::min<uint64_t>(Its.Size - Done, PieceSize));
      if (!File.read(InFile, Piece) ||
          jit::checksumOf(ArrayRef<uint8_t>(Piece)) != Its.Sums[Number])
        return false;
      Write(Window, Done, Piece);
      InFile += Piece.size();
    }
  }
  return true;
}

void LinkedLate::store(const jit::CacheKey &Key,
                       jit::CompilationCache &Cache) const {
  ByteBuffer Made;
  wire::ByteWriter Out(Made);
  for (ArrayRef<uint8_t> Window : Windows) {
    Out.u64(Window.size());
    Out.u32(static_cast<uint32_t>(divideCeil(Window.size(), PieceSize)));
    for (size_t Done = 0; Done < Window.size(); Done += PieceSize)
      Out.u64(jit::checksumOf(Window.drop_front(Done).take_front(PieceSize)));
  }
  Out.u32(static_cast<uint32_t>(Bodies.size()));
  for (const Body &Each : Bodies) {
    Out.u32(Each.Of.Function);
    Out.u8(Each.Of.IsFast);
    Out.address(Each.Address);
    Out.range(Each.Loops);
  }
  Out.u32(static_cast<uint32_t>(Symbols.size()));
  for (const jit::BodySymbol &Each : Symbols) {
    Out.u32(Each.Offset);
    Out.u32(Each.Name);
    Out.range(Each.Range);
  }
  Out.u32(static_cast<uint32_t>(Functions.size()));
  for (const jit::LateFunction &Each : Functions) {
    Out.string(Each.Name);
    Out.range(Each.Range);
    Out.u8(Each.IsContinuation);
  }
  const size_t StartSize = Made.size();
  for (ArrayRef<uint8_t> Window : Windows)
    Out.bytes(Window);
  Cache.store(Key, {reinterpret_cast<const char *>(Made.data()), Made.size()},
              StartSize);
}

/// Under Guard, or before there are threads.
void LateLink::add(const jit::LateFunction &Linked) {
  Functions.push_back({StringRef(Linked.Name).copy(NameMemory), Linked.Range,
                       Linked.Object, Linked.IsContinuation});
}

void LateLink::restore(const KeptLate &Before) {
  Restored = Before.functions();
  for (const jit::BodySymbol &Each : Before.symbols())
    tell(Each);
  for (const LinkedLate::Body &Each : Before.bodies()) {
    slot(Each.Of.Function) = Each.Address.value();
    Places[Each.Of.Function].Loops = Each.Loops;
    if (Each.Loops.Size != 0)
      HasLoops = true;
    if (Each.Of.IsFast)
      continue;
    Places[Each.Of.Function].Body = Each.Address;
    --Left;
  }
}

/// Those that were there before this run.
ArrayRef<jit::LateFunction> LateLink::restored() const {
  const std::vector<jit::LateFunction> *All =
      Restored ? Restored->get() : nullptr;
  return All ? ArrayRef(*All) : ArrayRef<jit::LateFunction>();
}

LinkedLate LateLink::linked() const {
  LinkedLate Made;
  for (uint32_t Number = 0; Number != Places.size(); ++Number) {
    ExecutorAddr Address(slot(Number).load());
    if (Address != Places[Number].Request)
      Made.Bodies.push_back(
          {.Of = {.Function = Number, .IsFast = Places[Number].Body.isNull()},
           .Address = Address,
           .Loops = Places[Number].Loops});
  }
  append_range(Made.Functions, restored());
  for (const Placed &Each : Functions)
    Made.Functions.push_back({.Name = Each.Name.str(),
                              .Range = Each.Range,
                              .IsContinuation = Each.IsContinuation});
  Made.Symbols = Symbols;
  auto Used = [](const jit::LateWindow &Window) {
    return ArrayRef<uint8_t>(Window.Memory).take_front(Window.Used);
  };
  Made.Windows = {Used(Linker->code()), Used(Linker->constants()),
                  Used(Linker->index())};
  return Made;
}

std::vector<jit::LateFunction> LateLink::functions(
    const std::function<jit::ObjectSource(uint32_t)> &Kept) const {
  std::lock_guard Lock(Guard);
  std::vector<jit::LateFunction> All(restored());
  for (const Placed &Each : Functions)
    All.push_back(
        {Each.Name.str(), Each.Range, Each.Object, Each.IsContinuation});
  const LateNames *Known = All.empty() ? nullptr : Names->get();
  for (jit::LateFunction &Each : All)
    if (auto Number = Known ? Known->number(Each.Name) : std::nullopt;
        Number && Each.Object.isNothing())
      Each.Object = Kept(*Number);
  return All;
}

} // namespace remoterun::driver
