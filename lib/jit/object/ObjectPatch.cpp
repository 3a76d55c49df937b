//===- ObjectPatch.cpp - What RuntimeDyld would get wrong -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ObjectPatch.h"
#include "jit/object/RawObject.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Zero sections up to this size are cheaper to keep as they are.
constexpr uint64_t LargeZeroSection = 64 * 1024;
constexpr uint64_t ShrunkSize = 16;

template <typename ELFT>
Error shrinkZeroSectionsAs(MutableArrayRef<char> Object,
                           DenseMap<uint64_t, uint64_t> &TrueSizes) {
  auto Parsed = parseRawAs<ELFT>(Object);
  if (!Parsed)
    return Parsed.takeError();
  const auto &[File, Sections] = *Parsed;
  for (size_t Index = 0; Index != Sections.size(); ++Index) {
    auto &Section = writable(Sections[Index]);
    if (Section.sh_type != ELF::SHT_NOBITS ||
        (Section.sh_flags & ELF::SHF_TLS) || Section.sh_size < LargeZeroSection)
      continue;
    TrueSizes[Index] = Section.sh_size;
    Section.sh_size = ShrunkSize;
  }
  return Error::success();
}

} // namespace

Error shrinkZeroSections(MutableArrayRef<char> Object,
                         DenseMap<uint64_t, uint64_t> &TrueSizes) {
  return withElfType(Object, [&]<typename ELFT>() {
    return shrinkZeroSectionsAs<ELFT>(Object, TrueSizes);
  });
}

} // namespace remoterun::jit
