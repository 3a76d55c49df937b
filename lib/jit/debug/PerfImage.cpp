//===- PerfImage.cpp - The linked program, for perf -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/PerfImage.h"
#include "jit/base/ElfView.h"
#include "jit/debug/DebugImage.h"

#include "llvm/Support/MathExtras.h"

#include <cstring>
#include <vector>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

using Ehdr = ELF64LE::Ehdr;
using Phdr = ELF64LE::Phdr;

/// The largest that Linux has anywhere: files are mapped by whole pages.
constexpr uint64_t LargestPage = 65536;

/// Appends the code of \p Segment, and returns where in the file it is.
uint64_t appendCode(SmallVectorImpl<char> &Image,
                    const wire::Reserve::Segment &Segment,
                    const SectionMemory &Memory) {
  ExecutorRange Range = Segment.Range;
  uint64_t Offset =
      alignTo(Image.size(), LargestPage) + Range.Start.value() % LargestPage;
  Image.resize(Offset + Range.Size);
  for (const WorkingSection &Section : Memory.sections())
    if (Range.contains({Section.Target, Section.Allocated}))
      std::memcpy(Image.data() + Offset + (Section.Target - Range.Start),
                  Section.Memory, Section.Allocated);
  return Offset;
}

Phdr loadedSegment(ExecutorRange Range, uint64_t Offset) {
  Phdr Header;
  std::memset(&Header, 0, sizeof(Header));
  Header.p_type = uint32_t(ELF::PT_LOAD);
  Header.p_flags = uint32_t(ELF::PF_R | ELF::PF_X);
  Header.p_offset = Offset;
  Header.p_vaddr = Range.Start.value();
  Header.p_paddr = Range.Start.value();
  Header.p_filesz = Range.Size;
  Header.p_memsz = Range.Size;
  Header.p_align = LargestPage;
  return Header;
}

} // namespace

SmallVector<char, 0> makePerfImage(const ProgramRecord &Program,
                                   const SectionMemory &Memory) {
  // perf sees programs of this machine, and no emulated ones.
  Triple Its(Program.map().isa().Triple);
  if (!Its.isArch64Bit() || !Its.isLittleEndian())
    return {};
  SmallVector<char, 0> Image = makeDebugImage(Program, {});
  auto HeaderOf = [&] { return reinterpret_cast<Ehdr *>(Image.data()); };
  uint64_t Sections = HeaderOf()->e_shoff;
  std::vector<Phdr> Loaded;
  for (const wire::Reserve::Segment &Segment : Program.map().segments()) {
    // The sections of the segments come first, behind the null section.
    Sections += sizeof(Shdr);
    if (Segment.Final != wire::Protection::ReadExecute)
      continue;
    uint64_t Offset = appendCode(Image, Segment, Memory);
    Loaded.push_back(loadedSegment(Segment.Range, Offset));
    auto *Section = reinterpret_cast<Shdr *>(Image.data() + Sections);
    Section->sh_type = uint32_t(ELF::SHT_PROGBITS);
    Section->sh_offset = Offset;
  }
  Image.resize(alignTo(Image.size(), 8));
  HeaderOf()->e_phoff = Image.size();
  HeaderOf()->e_phentsize = sizeof(Phdr);
  HeaderOf()->e_phnum = static_cast<uint16_t>(Loaded.size());
  const char *First = reinterpret_cast<const char *>(Loaded.data());
  Image.append(First, First + Loaded.size() * sizeof(Phdr));
  return Image;
}

} // namespace remoterun::jit
