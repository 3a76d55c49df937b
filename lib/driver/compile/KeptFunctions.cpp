//===- KeptFunctions.cpp - Late functions of earlier runs -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/KeptFunctions.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/LlvmErrors.h"
#include "jit/base/SymbolNames.h"
#include "wire/Codec.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cstring>

using namespace llvm;

namespace remoterun::driver {

namespace {

jit::CacheKey sumOf(ArrayRef<char> Bytes) {
  return BLAKE3::hash(
      {reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size()});
}

std::string textOf(const ByteBuffer &Bytes) {
  return {reinterpret_cast<const char *>(Bytes.data()), Bytes.size()};
}

std::span<const uint8_t> spanOf(const jit::ObjectBytes &Bytes) {
  return {reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size()};
}

/// Of two objects of one function, the better.
void merge(std::vector<LateObject> &Into, std::vector<LateObject> From,
           size_t Functions) {
  constexpr size_t None = SIZE_MAX;
  std::vector<size_t> Places(Functions, None);
  for (size_t Number = 0; Number != Into.size(); ++Number)
    Places[Into[Number].Of.Function] = Number;
  for (LateObject &Each : From) {
    size_t &Its = Places[Each.Of.Function];
    if (Its == None) {
      Its = Into.size();
      Into.push_back(std::move(Each));
    } else if (Into[Its].Of.IsFast) {
      Into[Its] = std::move(Each);
    }
  }
}

} // namespace

LateEntry::LateEntry(const jit::CacheKey &Key, std::string Program)
    : Key(Key), BodiesKey(keyBeside("IR of late functions")),
      ObjectsKey(keyBeside("objects of late functions")),
      Program(std::move(Program)) {}

jit::CacheKey LateEntry::keyBeside(StringRef What) const {
  return jit::makeCacheKey({What.str()}, toStringRef(Key));
}

namespace {

struct KeptObject {
  LateQueue::Task Of;
  uint32_t Size = 0;
};

/// What the file of objects starts with; they follow in this order.
std::optional<std::vector<KeptObject>> readIndex(wire::ByteReader &In,
                                                 size_t Functions) {
  std::vector<KeptObject> Found(In.count(/*SmallestElement=*/9));
  for (KeptObject &Each : Found) {
    Each.Of = {.Function = In.u32(), .IsFast = In.u8() != 0};
    Each.Size = In.u32();
    if (Each.Of.Function >= Functions)
      return std::nullopt;
  }
  return In.failed() ? std::nullopt : std::optional(std::move(Found));
}

/// What of them \p IsWanted.
std::vector<LateObject>
objectsIn(ArrayRef<char> Kept, size_t Functions,
          function_ref<bool(const LateQueue::Task &)> IsWanted) {
  wire::ByteReader In(
      {reinterpret_cast<const uint8_t *>(Kept.data()), Kept.size()});
  auto Index = readIndex(In, Functions);
  if (!Index)
    return {};
  std::vector<LateObject> Objects;
  ArrayRef<char> Rest = Kept.take_back(In.left());
  for (const KeptObject &Each : *Index) {
    if (Each.Size > Rest.size())
      return {};
    ArrayRef<char> Bytes = Rest.take_front(Each.Size);
    Rest = Rest.drop_front(Each.Size);
    if (IsWanted(Each.Of))
      Objects.push_back({Each.Of, jit::ObjectBytes(Bytes), /*IsKept=*/true});
  }
  return Objects;
}

} // namespace

std::optional<std::vector<LateQueue::Task>>
LateEntry::compiled(const jit::CompilationCache &Cache, size_t Functions) {
  Found = jit::OpenKeyedFile::open(Cache.pathOf(ObjectsKey), ObjectsKey);
  if (!Found)
    return std::nullopt;
  wire::ByteReader In(spanOf(Found->start()));
  auto Index = readIndex(In, Functions);
  if (!Index || !In.finished())
    return std::nullopt;
  std::vector<LateQueue::Task> Tasks;
  for (const KeptObject &Each : *Index)
    Tasks.push_back(Each.Of);
  return Tasks;
}

std::vector<LateObject>
LateEntry::objects(const jit::CompilationCache &Cache, size_t Functions,
                   function_ref<bool(const LateQueue::Task &)> IsWanted) const {
  auto Kept = jit::readKeyedFile(Cache.pathOf(ObjectsKey), ObjectsKey);
  if (!Kept)
    return {};
  return objectsIn(*Kept, Functions, IsWanted);
}

jit::ObjectSource LateEntry::object(uint32_t Function) const {
  if (!Found)
    return {};
  return jit::ObjectSource::readBy(
      [this, Function]() -> std::optional<jit::ObjectBytes> {
        auto Kept = Found->readAll();
        if (!Kept)
          return std::nullopt;
        auto Objects =
            objectsIn(*Kept, SIZE_MAX, [&](const LateQueue::Task &Its) {
              return Its.Function == Function;
            });
        if (Objects.empty())
          return std::nullopt;
        return std::move(*Objects.front().Object);
      });
}

bool LateEntry::keepObjects(const std::vector<LateObject> &Objects,
                            jit::CompilationCache &Cache) const {
  ByteBuffer Index;
  wire::ByteWriter Out(Index);
  Out.u32(static_cast<uint32_t>(Objects.size()));
  std::string Bytes;
  for (const LateObject &Each : Objects) {
    Out.u32(Each.Of.Function);
    Out.u8(Each.Of.IsFast);
    Out.u32(static_cast<uint32_t>(Each.Object->size()));
    Bytes.append(Each.Object->data(), Each.Object->size());
  }
  return Cache.store(ObjectsKey, textOf(Index) + Bytes, Index.size());
}

/// Those that have no final code.
bool LateEntry::keepBodies(LateWorkers &Workers,
                           const std::vector<LateObject> &Objects,
                           jit::CompilationCache &Cache) const {
  const jit::LatePlan &Plan = Workers.plan();
  std::vector<bool> IsFinal(Plan.Functions.size());
  for (const LateObject &Each : Objects)
    IsFinal[Each.Of.Function] = !Each.Of.IsFast;
  ByteBuffer Index;
  wire::ByteWriter Out(Index);
  Out.u32(static_cast<uint32_t>(Plan.Functions.size()));
  std::vector<uint8_t> Sums;
  std::string Bodies;
  std::shared_ptr<jit::LateSource> Source = Workers.source();
  for (uint32_t Number = 0; Number != Plan.Functions.size(); ++Number) {
    ArrayRef<char> Bitcode;
    if (!IsFinal[Number]) {
      auto Its = Source ? Source->bitcodeOf(Number, Plan.Functions[Number])
                        : ArrayRef<char>();
      if (!Its || Its->empty())
        return false;
      Bitcode = *Its;
    }
    Out.u32(static_cast<uint32_t>(Bitcode.size()));
    append_range(Sums, sumOf(Bitcode));
    Bodies.append(Bitcode.data(), Bitcode.size());
  }
  Out.bytes(Sums);
  return Cache.store(BodiesKey, textOf(Index) + Bodies, Index.size());
}

void LateEntry::keep(LateWorkers &Workers, jit::CompilationCache &Cache) {
  std::lock_guard Lock(Guard);
  std::vector<LateObject> New = Workers.takeFinished();
  if (Program.empty() && New.empty())
    return;
  HasGrown = true;
  // Another run may have added to it meanwhile.
  const size_t Functions = Workers.plan().Functions.size();
  std::vector<LateObject> All =
      objects(Cache, Functions, [](const LateQueue::Task &) { return true; });
  merge(All, std::move(New), Functions);
  bool IsStored = keepObjects(All, Cache);
  // The program comes last: who finds it finds the rest.
  if (IsStored && !Program.empty() && keepBodies(Workers, All, Cache))
    Cache.store(Key, Program, Program.size());
  Program.clear();
}

std::shared_ptr<KeptFunctions>
KeptFunctions::open(const LateEntry &Entry, const jit::LatePlan &Plan,
                    const std::vector<LateQueue::Task> &Compiled,
                    const jit::CodeGenOptions &Options,
                    const jit::CompilationCache &Cache) {
  auto File =
      jit::OpenKeyedFile::open(Cache.pathOf(Entry.BodiesKey), Entry.BodiesKey);
  if (!File)
    return nullptr;
  wire::ByteReader In(spanOf(File->start()));
  const uint64_t IndexSize = File->start().size();
  std::shared_ptr<KeptFunctions> Made(
      new KeptFunctions(std::move(*File), Options));
  Made->Bodies.resize(In.count(sizeof(uint32_t) + sizeof(jit::CacheKey)));
  uint64_t Offset = IndexSize;
  for (Body &Each : Made->Bodies) {
    Each.Offset = Offset;
    Each.Size = In.u32();
    Offset += Each.Size;
  }
  std::span<const uint8_t> Sums = In.rest();
  if (In.failed() || Made->Bodies.size() != Plan.Functions.size() ||
      Sums.size() != Made->Bodies.size() * sizeof(jit::CacheKey))
    return nullptr;
  for (Body &Each : Made->Bodies) {
    std::memcpy(Each.Sum.data(), Sums.data(), sizeof(Each.Sum));
    Sums = Sums.subspan(sizeof(Each.Sum));
  }
  Made->Read.resize(Made->Bodies.size());
  std::vector<bool> IsFinal(Made->Bodies.size());
  for (const LateQueue::Task &Each : Compiled)
    IsFinal[Each.Function] = !Each.IsFast;
  for (uint32_t Number = 0; Number != Made->Bodies.size(); ++Number)
    if (!IsFinal[Number] && Made->Bodies[Number].Size == 0)
      return nullptr;
  return Made;
}

bool KeptFunctions::read(uint32_t Number) {
  jit::ObjectBytes &Bytes = Read[Number];
  const Body &Its = Bodies[Number];
  if (!Bytes.empty())
    return true;
  auto Kept = File.read(Its.Offset, Its.Size);
  if (!Kept || sumOf(*Kept) != Its.Sum)
    return false;
  Bytes = std::move(*Kept);
  return true;
}

void KeptFunctions::readAll() {
  std::lock_guard Lock(Guard);
  for (uint32_t Number = 0; Number != Bodies.size(); ++Number)
    read(Number);
}

Expected<ArrayRef<char>>
KeptFunctions::bitcodeOf(uint32_t Number,
                         const jit::PlannedFunction &Function) {
  std::lock_guard Lock(Guard);
  if (read(Number))
    return ArrayRef<char>(Read[Number]);
  StringRef Name = Function.Name;
  jit::consumePromotedSuffix(Name);
  return Failure{Blame::Internal,
                 "function '" + Name.str() +
                     "' was changed in the cache; empty the cache's folder, "
                     "or do without, with --no-cache"};
}

Expected<jit::CodeGenerator>
KeptFunctions::generatorFor(const jit::PlannedFunction &Function,
                            ArrayRef<char> Bitcode) {
  LLVMContext Context;
  jit::DiagnosticCollector Diagnostics;
  Diagnostics.attachTo(Context);
  auto M = jit::readBitcode(Bitcode, Context);
  if (!M)
    return jit::fromLlvm(Blame::Internal,
                         "cannot read function '" + Function.Name + "' again",
                         M.takeError());
  auto Generator = jit::CodeGenerator::create(**M, Options);
  if (Generator)
    Generator->becomeQuiet();
  return Generator;
}

} // namespace remoterun::driver
