//===- KeptModule.cpp - Modules that were compiled before -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/KeptModule.h"
#include "driver/compile/ProgramCache.h"
#include "driver/compile/TargetCheck.h"
#include "wire/Codec.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

jit::CacheKey keyOfOutline(Compilation &Work, StringRef BodySuffix) {
  Work.AlsoDependsOn = {"bodies " + BodySuffix.str()};
  std::vector<std::string> Parts = keyParts(Work);
  Parts.push_back("outline");
  return jit::makeCacheKey(Parts);
}

/// From here on, the key of \p Work is that of the module's objects.
void dependOn(Compilation &Work, const ModuleOutline &Outline,
              function_ref<bool(StringRef)> IsKnown) {
  for (const std::string &Name : Outline.Yielding)
    if (IsKnown(Name))
      Work.AlsoDependsOn.push_back("known " + Name);
}

ByteBuffer encode(const ModuleOutline &Outline) {
  ByteBuffer Bytes;
  wire::ByteWriter Out(Bytes);
  Out.u32(static_cast<uint32_t>(Outline.Yielding.size()));
  for (const std::string &Name : Outline.Yielding)
    Out.string(Name);
  Out.u32(static_cast<uint32_t>(Outline.Bodies.size()));
  for (const ReplaceableFunction &Each : Outline.Bodies) {
    Out.string(Each.Name);
    Out.string(Each.Body);
    Out.string(Each.Type);
  }
  return Bytes;
}

/// Nothing for what encode() cannot have written.
std::optional<ModuleOutline> decode(std::span<const uint8_t> Bytes) {
  wire::ByteReader In(Bytes);
  ModuleOutline Outline;
  Outline.Yielding.resize(In.count(/*SmallestElement=*/4));
  for (std::string &Name : Outline.Yielding)
    Name = In.string();
  Outline.Bodies.resize(In.count(/*SmallestElement=*/12));
  for (ReplaceableFunction &Each : Outline.Bodies) {
    Each.Name = In.string();
    Each.Body = In.string();
    Each.Type = In.string();
  }
  if (!In.finished())
    return std::nullopt;
  return Outline;
}

std::optional<ModuleOutline> findOutline(Compilation &Work,
                                         StringRef BodySuffix) {
  std::optional<ModuleOutline> Found;
  Work.Cache->load(keyOfOutline(Work, BodySuffix), [&](jit::KeyedStart Kept) {
    if (!Kept.hasRest())
      Found = decode({reinterpret_cast<const uint8_t *>(Kept.Bytes.data()),
                      Kept.Bytes.size()});
    return Found.has_value();
  });
  return Found;
}

} // namespace

std::optional<ModuleOutline>
findKeptModule(Compilation &Work, const controller::ExecutorFacts &Facts,
               function_ref<bool(StringRef)> IsKnown, StringRef BodySuffix) {
  if (!Work.Cache)
    return std::nullopt;
  auto Outline = findOutline(Work, BodySuffix);
  if (!Outline)
    return std::nullopt;
  dependOn(Work, *Outline, IsKnown);
  Work.Compiled = findKept(Work);
  // It may have been kept for another executor.
  if (Work.Compiled &&
      Work.Compiled->ThreadLocals == Facts.ThreadLocals.atMost() &&
      checkTarget(Triple(Work.Compiled->Triple),
                  Work.Compiled->NeedsLowAddresses, Facts) &&
      jit::loadRest(*Work.Compiled, *Work.Cache))
    return Outline;
  Work.Compiled.reset();
  return std::nullopt;
}

void keepModule(Compilation &Work, const ModuleOutline &Outline,
                function_ref<bool(StringRef)> IsKnown, StringRef BodySuffix) {
  if (!Work.Cache)
    return;
  jit::CacheKey Key = keyOfOutline(Work, BodySuffix);
  dependOn(Work, Outline, IsKnown);
  if (Work.NotKept.empty()) {
    ByteBuffer Bytes = encode(Outline);
    Work.Cache->store(
        Key, {reinterpret_cast<const char *>(Bytes.data()), Bytes.size()},
        Bytes.size());
  }
  keep(Work);
}

} // namespace remoterun::driver
