//===- CompiledPart.cpp - IR that has become an object --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/CompiledPart.h"
#include "jit/base/ElfView.h"
#include "jit/object/ObjectVerifier.h"

#include "llvm/BinaryFormat/Magic.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

bool canBeLinked(ArrayRef<char> Object, const Isa &Target) {
  if (identify_magic(StringRef(Object.data(), Object.size())) !=
      file_magic::elf_relocatable)
    return false;
  bool IsForTarget = withElfType(Object, [&]<typename ELFT>() {
    auto View = ElfView<ELFT>::create(Object);
    if (!View) {
      consumeError(View.takeError());
      return false;
    }
    return View->header().e_machine == Target.Machine;
  });
  return IsForTarget && verifyObject(Object, "", Target).operator bool();
}

} // namespace

std::optional<CompiledPart> CompiledPart::ofKept(KeyedStart Kept,
                                                 std::string Path,
                                                 const CacheKey &Key,
                                                 const Isa &Target) {
  CompiledPart Part;
  if (Kept.hasRest())
    Part.HasDebugInfo = completeStart(Kept.Bytes);
  if (!canBeLinked(Kept.Bytes, Target))
    return std::nullopt;
  Part.StartSize = Kept.Bytes.size();
  Part.HasRest = Kept.hasRest();
  Part.Object = std::move(Kept.Bytes);
  Part.Key = Key;
  Part.KeptIn = std::move(Path);
  return Part;
}

std::optional<CompiledPart> loadPart(CompilationCache &Cache,
                                     const CacheKey &Key, const Isa &Target) {
  std::optional<CompiledPart> Part;
  Cache.load(Key, [&](KeyedStart Kept) {
    Part =
        CompiledPart::ofKept(std::move(Kept), Cache.pathOf(Key), Key, Target);
    return Part.has_value();
  });
  return Part;
}

} // namespace remoterun::jit
