//===- ImageTables.cpp - What describes the program to ld.so --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ImageTables.h"
#include "jit/link/UnwindIndex.h"
#include "jit/object/ElfHeaders.h"
#include "jit/object/ElfView.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/DJB.h"
#include "llvm/Support/xxhash.h"

#include <cstring>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Loadable segments, one for each kind of section and one for debuggers, and
/// those that say where something is.
constexpr size_t MostSegments = 16;

/// With its zero byte.
constexpr char NoteOwner[] = "GNU";
constexpr size_t BuildIdSize = 16;

/// Bits of a hash that select a bit of the filter, beside its lowest ones.
constexpr uint32_t FilterShift = 26;

/// What a program header says, whatever its class.
struct Segment {
  uint32_t Type = 0;
  uint32_t Flags = 0;
  ExecutorRange Range; ///< Whose size is that in memory.
  uint64_t FileSize = 0;
  uint64_t Alignment = 1;
};

uint32_t flagsOf(SectionKind Kind) {
  switch (Kind) {
  case SectionKind::Header:
  case SectionKind::ReadOnly:
    return ELF::PF_R;
  case SectionKind::Code:
    return ELF::PF_R | ELF::PF_X;
  case SectionKind::Relro:
  case SectionKind::Writable:
  case SectionKind::Zero:
    return ELF::PF_R | ELF::PF_W;
  }
  return ELF::PF_R;
}

/// Of what is one section.
Segment segmentOf(uint32_t Type, const WorkingSection &Section) {
  return {Type,
          flagsOf(Section.Needs.Kind),
          {Section.Target, Section.Needs.Size},
          Section.Needs.Size,
          Section.Needs.Alignment};
}

/// Of what the dynamic linker maps, and protects later.
void addMapped(const SlabLayout &Layout, uint64_t PageSize,
               std::vector<Segment> &Segments) {
  for (uint32_t Type : {ELF::PT_LOAD, ELF::PT_GNU_RELRO})
    for (size_t I = 0; I != Layout.Segments.size(); ++I) {
      SectionKind Kind = Layout.Kinds[I];
      if (Type == ELF::PT_GNU_RELRO && Kind != SectionKind::Relro)
        continue;
      ExecutorRange Range = Layout.Segments[I].Range;
      Segments.push_back({Type, flagsOf(Kind), Range,
                          Kind == SectionKind::Zero ? 0 : Range.Size,
                          PageSize});
    }
}

} // namespace

ImageTables::ImageTables(const Isa &Target, const ProgramSymbols &Symbols,
                         const StringSet<> &Exported, ImageTraits Traits)
    : Target(&Target), Traits(Traits), Names(1, '\0') {
  Symbols.forEach([&](StringRef Name, const ProgramSymbols::Definition &Found) {
    // Thread-local variables are in the executor's block.
    if ((Found.IsExported || Found.IsInlineVariable) && !Found.IsThreadLocal &&
        Exported.contains(Name))
      Exports.push_back({Name, Found, djbHash(Name, 5381)});
  });
  BucketCount =
      std::max<uint32_t>(1, static_cast<uint32_t>(Exports.size()) / 2);
  sort(Exports, [&](const Export &A, const Export &B) {
    return std::tuple(A.Hash % BucketCount, A.Name) <
           std::tuple(B.Hash % BucketCount, B.Name);
  });
  for (Export &Each : Exports) {
    Each.NameOffset = static_cast<uint32_t>(Names.size());
    Names += Each.Name;
    Names.push_back('\0');
  }
}

/// What depends on the class and the byte order.
template <typename ELFT> class ImageTables::Writer {
public:
  Writer(const ImageTables &Tables, SectionMemory &Memory)
      : Tables(Tables), Memory(Memory) {}

  Numbers allocate();
  void complete(const SlabLayout &Layout, uint64_t PageSize, AddressOf Find);

private:
  using Phdr = typename ELFT::Phdr;
  using Word = typename ELFT::Word;
  using Address = typename ELFT::uint;

  static constexpr uint64_t WordSize = sizeof(Address);

  WorkingSection &section(size_t Number) { return Memory.sections()[Number]; }
  template <typename T> T *contents(size_t Number) {
    return reinterpret_cast<T *>(section(Number).Memory);
  }
  bool hasUnwindTables() const { return !Tables.Target->HasExceptionIndex; }

  size_t filterSize() const {
    return PowerOf2Ceil(std::max<size_t>(1, Tables.Exports.size() / 8));
  }
  void writeHash();
  void writeSymbols(AddressOf Find);
  void writeUnwindIndex();
  void writeDynamic();
  void writeHeaders(const SlabLayout &Layout, uint64_t PageSize);
  void writeBuildId();

  const ImageTables &Tables;
  SectionMemory &Memory;
};

template <typename ELFT>
ImageTables::Numbers ImageTables::Writer<ELFT>::allocate() {
  auto Add = [&](StringRef Name, SectionKind Kind, uint64_t Size,
                 uint64_t Alignment) {
    return Memory.addSynthetic(Name, {Kind, Size, Alignment});
  };
  constexpr auto ReadOnly = SectionKind::ReadOnly;
  size_t Count = Tables.Exports.size();
  Numbers Made;
  Made.Headers =
      Add(".ehdr", SectionKind::Header,
          sizeof(typename ELFT::Ehdr) + MostSegments * sizeof(Phdr), WordSize);
  Made.BuildId = Add(".note.gnu.build-id", ReadOnly,
                     sizeof(typename ELFT::Nhdr) + 4 + BuildIdSize, 4);
  Made.Hash =
      Add(".gnu.hash", ReadOnly,
          16 + filterSize() * WordSize + 4 * (Tables.BucketCount + Count),
          WordSize);
  Made.Symbols = Add(".dynsym", ReadOnly,
                     (1 + Count) * sizeof(typename ELFT::Sym), WordSize);
  Made.Strings = Add(".dynstr", ReadOnly, Tables.Names.size(), 1);
  if (hasUnwindTables()) {
    UnwindIndex Index(ELFT::Endianness, WordSize);
    size_t Functions = 0;
    for (const WorkingSection &Section : Memory.sections())
      if (Section.Name == ".eh_frame")
        Functions += Index.count({Section.Memory, Section.Allocated});
    Made.Unwinding =
        Add(".eh_frame_hdr", ReadOnly, UnwindIndex::sizeFor(Functions), 4);
  }
  constexpr size_t Entries = 6;
  Made.Dynamic =
      Add(".dynamic", ReadOnly, Entries * sizeof(typename ELFT::Dyn), WordSize);
  return Made;
}

/// GNU's hash table (DT_GNU_HASH): a filter of bits for what is not there, and
/// for each bucket where its symbols start; of each symbol its hash, whose
/// lowest bit ends the bucket.
template <typename ELFT> void ImageTables::Writer<ELFT>::writeHash() {
  constexpr uint32_t FilterBits = WordSize * 8;
  const std::vector<Export> &Exports = Tables.Exports;
  auto *Header = contents<Word>(Tables.Made.Hash);
  Header[0] = Tables.BucketCount;
  Header[1] = 1; // The first symbol that it knows.
  Header[2] = static_cast<uint32_t>(filterSize());
  Header[3] = FilterShift;
  auto *Filter = reinterpret_cast<typename ELFT::Off *>(Header + 4);
  auto *Buckets = reinterpret_cast<Word *>(Filter + filterSize());
  Word *Chains = Buckets + Tables.BucketCount;
  for (size_t I = 0; I != Exports.size(); ++I) {
    uint32_t Hash = Exports[I].Hash, Bucket = Hash % Tables.BucketCount;
    auto &Bits = Filter[Hash / FilterBits & (filterSize() - 1)];
    Bits = Bits | Address(1) << Hash % FilterBits |
           Address(1) << (Hash >> FilterShift) % FilterBits;
    if (Buckets[Bucket] == 0)
      Buckets[Bucket] = static_cast<uint32_t>(I + 1);
    bool IsLast = I + 1 == Exports.size() ||
                  Exports[I + 1].Hash % Tables.BucketCount != Bucket;
    Chains[I] = (Hash & ~1u) | (IsLast ? 1 : 0);
  }
}

template <typename ELFT>
void ImageTables::Writer<ELFT>::writeSymbols(AddressOf Find) {
  auto *Symbol = contents<typename ELFT::Sym>(Tables.Made.Symbols);
  for (const Export &Each : Tables.Exports) {
    ++Symbol;
    ExecutorAddr Place = Find(Each.Name, Each.Found);
    Symbol->st_name = Each.NameOffset;
    Symbol->st_value = static_cast<Address>(Place.value());
    Symbol->st_size = static_cast<Address>(Each.Found.Size);
    Symbol->st_shndx = Each.Found.IsAbsolute ? ELF::SHN_ABS : 1;
    Symbol->setBindingAndType(ELF::STB_GLOBAL, Each.Found.IsIfunc
                                                   ? uint8_t(ELF::STT_FUNC)
                                                   : Each.Found.Type);
  }
  std::memcpy(contents<char>(Tables.Made.Strings), Tables.Names.data(),
              Tables.Names.size());
}

template <typename ELFT> void ImageTables::Writer<ELFT>::writeUnwindIndex() {
  if (!hasUnwindTables())
    return;
  UnwindIndex Index(ELFT::Endianness, WordSize);
  for (const WorkingSection &Section : Memory.sections())
    if (Section.Name == ".eh_frame")
      Index.add({{Section.Memory, Section.Allocated}, Section.Target.value()});
  WorkingSection &Into = section(Tables.Made.Unwinding);
  Index.write({Into.Memory, Into.Allocated}, Into.Target.value());
}

template <typename ELFT> void ImageTables::Writer<ELFT>::writeDynamic() {
  auto *Next = contents<typename ELFT::Dyn>(Tables.Made.Dynamic);
  auto Add = [&](int32_t Tag, uint64_t Value) {
    Next->d_tag = Tag;
    Next->d_un.d_val = static_cast<Address>(Value);
    ++Next;
  };
  auto Place = [&](size_t Number) { return section(Number).Target.value(); };
  Add(ELF::DT_GNU_HASH, Place(Tables.Made.Hash));
  Add(ELF::DT_SYMTAB, Place(Tables.Made.Symbols));
  Add(ELF::DT_SYMENT, sizeof(typename ELFT::Sym));
  Add(ELF::DT_STRTAB, Place(Tables.Made.Strings));
  Add(ELF::DT_STRSZ, Tables.Names.size());
  Add(ELF::DT_NULL, 0);
}

template <typename ELFT>
void ImageTables::Writer<ELFT>::writeHeaders(const SlabLayout &Layout,
                                             uint64_t PageSize) {
  ExecutorAddr Start = Layout.Segments[0].Range.Start;
  std::vector<Segment> Segments;
  Segments.push_back(segmentOf(ELF::PT_PHDR, section(Tables.Made.Headers)));
  addMapped(Layout, PageSize, Segments);
  Segments.push_back(segmentOf(ELF::PT_DYNAMIC, section(Tables.Made.Dynamic)));
  Segments.push_back(segmentOf(ELF::PT_NOTE, section(Tables.Made.BuildId)));
  if (hasUnwindTables())
    Segments.push_back(
        segmentOf(ELF::PT_GNU_EH_FRAME, section(Tables.Made.Unwinding)));
  for (const WorkingSection &Section : Memory.sections())
    if (Section.Name == ".ARM.exidx")
      Segments.push_back(segmentOf(ELF::PT_ARM_EXIDX, Section));
  uint32_t OfStack = ELF::PF_R | ELF::PF_W;
  if (Tables.Traits.NeedsExecutableStack)
    OfStack |= ELF::PF_X;
  Segments.push_back({ELF::PT_GNU_STACK, OfStack, {}, 0, 1});

  auto File = fileHeader<ELFT>(Tables.Target->Machine);
  File.e_type = ELF::ET_DYN;
  File.e_flags = Tables.Traits.Flags;
  File.e_phoff = sizeof(File);
  File.e_phentsize = sizeof(Phdr);
  File.e_phnum = static_cast<uint16_t>(Segments.size());
  uint64_t OwnSize = Segments.size() * sizeof(Phdr);
  Segments[0].Range = {Start + sizeof(File), OwnSize};
  Segments[0].FileSize = OwnSize;
  uint8_t *Into = section(Tables.Made.Headers).Memory;
  std::memcpy(Into, &File, sizeof(File));
  auto *Header = reinterpret_cast<Phdr *>(Into + sizeof(File));
  for (const Segment &Each : Segments) {
    auto Place = static_cast<Address>(Each.Range.Start.value());
    Header->p_type = Each.Type;
    Header->p_flags = Each.Flags;
    Header->p_vaddr = Place;
    Header->p_paddr = Place;
    Header->p_offset = Place == 0
                           ? Address(0)
                           : static_cast<Address>(Each.Range.Start - Start);
    Header->p_filesz = static_cast<Address>(Each.FileSize);
    Header->p_memsz = static_cast<Address>(Each.Range.Size);
    Header->p_align = static_cast<Address>(Each.Alignment);
    ++Header;
  }
}

/// As `ld --build-id=fast`: a number of the contents.
template <typename ELFT> void ImageTables::Writer<ELFT>::writeBuildId() {
  XXH128_hash_t Total = {};
  for (const WorkingSection &Section : Memory.sections()) {
    if (Section.Needs.Kind == SectionKind::Zero)
      continue;
    XXH128_hash_t Hash = xxh3_128bits({Section.Memory, Section.Allocated});
    Total.low64 = Total.low64 * 31 + Hash.low64;
    Total.high64 = Total.high64 * 31 + Hash.high64;
  }
  auto *Note = contents<Word>(Tables.Made.BuildId);
  Note[0] = static_cast<uint32_t>(sizeof(NoteOwner));
  Note[1] = static_cast<uint32_t>(BuildIdSize);
  Note[2] = ELF::NT_GNU_BUILD_ID;
  std::memcpy(Note + 3, NoteOwner, sizeof(NoteOwner));
  std::memcpy(Note + 4, &Total, BuildIdSize);
}

template <typename ELFT>
void ImageTables::Writer<ELFT>::complete(const SlabLayout &Layout,
                                         uint64_t PageSize, AddressOf Find) {
  writeHash();
  writeSymbols(Find);
  writeUnwindIndex();
  writeDynamic();
  writeHeaders(Layout, PageSize);
  writeBuildId();
}

/// Calls \p Do with the type of \p Target's files.
template <typename Function>
static auto withTypeOf(const Isa &Target, Function Do) {
  if (!Target.isLittleEndian())
    return Do.template operator()<ELF64BE>();
  if (Triple(Target.Triple).isArch64Bit())
    return Do.template operator()<ELF64LE>();
  return Do.template operator()<ELF32LE>();
}

void ImageTables::allocate(SectionMemory &Memory) {
  Made = withTypeOf(*Target, [&]<typename ELFT>() {
    return Writer<ELFT>(*this, Memory).allocate();
  });
}

void ImageTables::complete(SectionMemory &Memory, const SlabLayout &Layout,
                           uint64_t PageSize, AddressOf Find) {
  withTypeOf(*Target, [&]<typename ELFT>() {
    Writer<ELFT>(*this, Memory).complete(Layout, PageSize, Find);
  });
}

} // namespace remoterun::jit
