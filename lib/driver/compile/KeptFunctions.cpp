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

using namespace llvm;

namespace remoterun::driver {

namespace {

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

LateEntry::LateEntry(const jit::CacheKey &Key, jit::ProgramEntry Program)
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
  std::string Distrust;
  Found =
      jit::OpenKeyedFile::open(Cache.pathOf(ObjectsKey), ObjectsKey, Distrust);
  auto Start = Found ? Found->readStart() : std::nullopt;
  if (!Start)
    return std::nullopt;
  wire::ByteReader In(spanOf(*Start));
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

namespace {

/// What the file of IR starts with. All that has no final code is there.
struct BodiesStart {
  std::vector<bool> IsThere;  ///< By number.
  jit::Checksum IndexSum = 0; ///< Of the index, which follows.

  static constexpr size_t SizePerFunction =
      sizeof(uint32_t) + sizeof(jit::Checksum);
  size_t indexSize() const { return IsThere.size() * SizePerFunction; }

  void encode(wire::ByteWriter &Out) const {
    Out.u32(static_cast<uint32_t>(IsThere.size()));
    for (bool Is : IsThere)
      Out.u8(Is);
    Out.u64(IndexSum);
  }
  static std::optional<BodiesStart> decode(const jit::ObjectBytes &Bytes) {
    wire::ByteReader In(spanOf(Bytes));
    BodiesStart Start;
    Start.IsThere.resize(In.count(/*SmallestElement=*/1));
    for (size_t Number = 0; Number != Start.IsThere.size(); ++Number)
      Start.IsThere[Number] = In.u8() != 0;
    Start.IndexSum = In.u64();
    return In.finished() ? std::optional(std::move(Start)) : std::nullopt;
  }
};

} // namespace

bool LateEntry::keepBodies(const jit::LatePlan &Plan, jit::LateSource *Source,
                           const std::vector<LateObject> &Objects,
                           jit::CompilationCache &Cache) const {
  BodiesStart Start;
  Start.IsThere.assign(Plan.Functions.size(), true);
  for (const LateObject &Each : Objects)
    Start.IsThere[Each.Of.Function] = Each.Of.IsFast;
  ByteBuffer Index;
  wire::ByteWriter Out(Index);
  std::string Bodies;
  for (uint32_t Number = 0; Number != Plan.Functions.size(); ++Number) {
    jit::ObjectBytes Bitcode;
    if (Start.IsThere[Number]) {
      auto Its = Source ? Source->bitcodeOf(Number, Plan.Functions[Number])
                        : jit::ObjectBytes();
      if (!Its || Its->empty())
        return false;
      Bitcode = std::move(*Its);
    }
    Out.u32(static_cast<uint32_t>(Bitcode.size()));
    Out.u64(jit::checksumOf(Bitcode));
    Bodies.append(Bitcode.data(), Bitcode.size());
  }
  Start.IndexSum = jit::checksumOf(ArrayRef(Index.data(), Index.size()));
  ByteBuffer First;
  wire::ByteWriter OutFirst(First);
  Start.encode(OutFirst);
  return Cache.store(BodiesKey, textOf(First) + textOf(Index) + Bodies,
                     First.size());
}

void LateEntry::keep(LateWorkers &Workers, jit::CompilationCache &Cache) {
  std::lock_guard Lock(Guard);
  LateWorkers::Taken New = Workers.takeFinished();
  if (Program.Bytes.empty() && New.Objects.empty())
    return;
  HasGrown = true;
  // Another run may have added to it meanwhile.
  const size_t Functions = Workers.plan()->Functions;
  std::vector<LateObject> All =
      objects(Cache, Functions, [](const LateQueue::Task &) { return true; });
  merge(All, std::move(New.Objects), Functions);
  bool IsStored = keepObjects(All, Cache);
  // The program comes last: who finds it finds the rest.
  if (IsStored && !Program.Bytes.empty() &&
      keepBodies(*Workers.plan()->All.get(), New.Source.get(), All, Cache))
    Cache.store(Key, Program.Bytes, Program.StartSize);
  Program = {};
}

std::shared_ptr<KeptFunctions>
KeptFunctions::open(const LateEntry &Entry, size_t Functions,
                    const std::vector<LateQueue::Task> &Compiled,
                    const jit::CodeGenOptions &Options,
                    const jit::CompilationCache &Cache) {
  std::string Distrust;
  auto Kept = jit::readKeyedStart(Cache.pathOf(Entry.BodiesKey),
                                  Entry.BodiesKey, Distrust);
  auto Start = Kept ? BodiesStart::decode(Kept->Bytes) : std::nullopt;
  if (!Start || Start->IsThere.size() != Functions)
    return nullptr;
  for (const LateQueue::Task &Each : Compiled)
    if (!Each.IsFast)
      Start->IsThere[Each.Function] = true;
  if (is_contained(Start->IsThere, false))
    return nullptr;
  return std::shared_ptr<KeptFunctions>(
      new KeptFunctions(std::move(*Kept), Functions, Options));
}

std::optional<std::vector<KeptFunctions::Body>>
KeptFunctions::readIndex() const {
  auto Start = BodiesStart::decode(Kept.Bytes);
  auto Index = Kept.File.read(Kept.Bytes.size(), Start->indexSize());
  if (!Index || jit::checksumOf(*Index) != Start->IndexSum)
    return std::nullopt;
  wire::ByteReader In(spanOf(*Index));
  std::vector<Body> Found(Functions);
  uint64_t Offset = Kept.Bytes.size() + Index->size();
  for (Body &Each : Found) {
    Each.Offset = Offset;
    Each.Size = In.u32();
    Offset += Each.Size;
    Each.Sum = In.u64();
  }
  return Found;
}

std::optional<jit::ObjectBytes> KeptFunctions::read(uint32_t Number) {
  if (Bodies.empty()) {
    auto Index = readIndex();
    if (!Index)
      return std::nullopt;
    Bodies = std::move(*Index);
  }
  const Body &Its = Bodies[Number];
  auto Found = Kept.File.read(Its.Offset, Its.Size);
  if (!Found || Found->empty() || jit::checksumOf(*Found) != Its.Sum)
    return std::nullopt;
  return Found;
}

void KeptFunctions::readAll() {
  std::lock_guard Lock(Guard);
  All.resize(Functions);
  for (uint32_t Number = 0; Number != Functions; ++Number)
    if (auto Read = read(Number))
      All[Number] = std::move(*Read);
}

Expected<jit::ObjectBytes>
KeptFunctions::bitcodeOf(uint32_t Number,
                         const jit::PlannedFunction &Function) {
  std::lock_guard Lock(Guard);
  if (!All.empty() && !All[Number].empty())
    return All[Number];
  if (auto Read = All.empty() ? read(Number) : std::nullopt)
    return std::move(*Read);
  StringRef Name = Function.Name;
  jit::consumePromotedSuffix(Name);
  return Failure{Blame::Internal,
                 "function '" + Name.str() +
                     "' was changed in the cache; empty the cache's folder, "
                     "or do without, with --no-cache"};
}

Expected<jit::CodeGenerator>
KeptFunctions::generatorFor(uint32_t Number,
                            const jit::PlannedFunction &Function) {
  // It is made by changing a module.
  auto M = moduleOf(Number, Function);
  if (!M)
    return M.error();
  jit::DiagnosticCollector Diagnostics;
  Diagnostics.attachTo((**M).getContext());
  auto Generator = jit::CodeGenerator::create(**M, Options);
  if (Generator)
    Generator->becomeQuiet();
  return Generator;
}

} // namespace remoterun::driver
