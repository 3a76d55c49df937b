//===- ImageTables.cpp - What describes the program to ld.so --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ImageTables.h"
#include "jit/base/ElfView.h"
#include "jit/link/UnwindIndex.h"
#include "jit/object/ElfHeaders.h"

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
constexpr size_t MostSegments = 20;

/// With its zero byte.
constexpr char NoteOwner[] = "GNU";
constexpr size_t BuildIdSize = 16;

/// What a program header says, whatever its class.
struct ProgramHeader {
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
ProgramHeader headerOf(uint32_t Type, const WorkingSection &Section) {
  return {Type,
          flagsOf(Section.Needs.Kind),
          {Section.Target, Section.Needs.Size},
          Section.Needs.Size,
          Section.Needs.Alignment};
}

/// Of what the dynamic linker maps, and protects later.
void addMapped(const SlabLayout &Layout, uint64_t PageSize,
               std::vector<ProgramHeader> &Headers) {
  for (uint32_t Type : {ELF::PT_LOAD, ELF::PT_GNU_RELRO})
    for (const Segment &Each : Layout.Segments) {
      if (Type == ELF::PT_GNU_RELRO && Each.Kind != SectionKind::Relro)
        continue;
      bool IsInFile = Each.Kind != SectionKind::Zero;
      Headers.push_back({Type, flagsOf(Each.Kind), Each.Range,
                         IsInFile ? Each.Range.Size : 0, PageSize});
    }
}

} // namespace

/// What depends on the class and the byte order.
template <typename ELFT> class ImageTables::Writer {
public:
  Writer(ImageTables &Tables, SectionMemory &Memory)
      : Tables(Tables), Memory(Memory) {}

  Numbers allocate(size_t RelocationCount, uint64_t PageSize);
  void complete(const SlabLayout &Layout, uint64_t PageSize,
                ArrayRef<DynamicRelocation> Relocations, AddressOf Find,
                ExecutorAddr Start);

private:
  using Phdr = typename ELFT::Phdr;
  using Word = typename ELFT::Word;
  using Address = typename ELFT::uint;

  static constexpr uint64_t WordSize = sizeof(Address);
  /// As its psABI has it, relocations have addends or not (gABI).
  static constexpr bool HasAddends = ELFT::Is64Bits;
  using Relocation =
      std::conditional_t<HasAddends, typename ELFT::Rela, typename ELFT::Rel>;

  WorkingSection &section(size_t Number) { return Memory.sections()[Number]; }
  template <typename T> T *contents(size_t Number) {
    return reinterpret_cast<T *>(section(Number).Memory);
  }
  bool hasUnwindTables() const { return !Tables.Target->HasExceptionIndex; }

  /// Of the dynamic section.
  size_t entryCount() const { return Tables.Symbols.entryCount() + 5; }
  void writeUnwindIndex();
  void writeRelocations(ArrayRef<DynamicRelocation> Relocations);
  void keepAddend(const DynamicRelocation &Relocation);
  void writeDynamic();
  void writeHeaders(const SlabLayout &Layout, uint64_t PageSize,
                    ExecutorAddr Start);
  void writeBuildId();

  ImageTables &Tables;
  SectionMemory &Memory;
};

template <typename ELFT>
ImageTables::Numbers ImageTables::Writer<ELFT>::allocate(size_t RelocationCount,
                                                         uint64_t PageSize) {
  auto Add = [&](StringRef Name, SectionKind Kind, uint64_t Size,
                 uint64_t Alignment) {
    return Memory.addSynthetic(Name, {Kind, Size, Alignment});
  };
  constexpr auto ReadOnly = SectionKind::ReadOnly;
  Numbers Made;
  Made.Headers =
      Add(".ehdr", SectionKind::Header,
          sizeof(typename ELFT::Ehdr) + MostSegments * sizeof(Phdr), WordSize);
  Made.BuildId = Add(".note.gnu.build-id", ReadOnly,
                     sizeof(typename ELFT::Nhdr) + 4 + BuildIdSize, 4);
  Tables.Symbols.template allocate<ELFT>(Memory, PageSize);
  if (hasUnwindTables()) {
    UnwindIndex Index(ELFT::Endianness, WordSize);
    size_t Functions = 0;
    for (const WorkingSection &Section : Memory.sections())
      if (Section.Name == ".eh_frame")
        Functions += Index.count({Section.Memory, Section.Allocated});
    Made.Unwinding =
        Add(".eh_frame_hdr", ReadOnly, UnwindIndex::sizeFor(Functions), 4);
  }
  Made.Relocations = Add(".rela.dyn", ReadOnly,
                         (RelocationCount + 1) * sizeof(Relocation), WordSize);
  Made.Dynamic = Add(".dynamic", ReadOnly,
                     entryCount() * sizeof(typename ELFT::Dyn), WordSize);
  return Made;
}

template <typename ELFT>
static void indexUnwindTables(const SectionMemory &Memory,
                              MutableArrayRef<uint8_t> Into,
                              ExecutorAddr Place) {
  UnwindIndex Index(ELFT::Endianness, sizeof(typename ELFT::uint));
  for (const WorkingSection &Section : Memory.sections())
    if (Section.Name == ".eh_frame")
      Index.add({{Section.Memory, Section.Allocated}, Section.Target.value()});
  Index.write(Into, Place.value());
}

template <typename ELFT> void ImageTables::Writer<ELFT>::writeUnwindIndex() {
  if (!hasUnwindTables())
    return;
  WorkingSection &Into = section(Tables.Made.Unwinding);
  indexUnwindTables<ELFT>(Memory, {Into.Memory, Into.Allocated}, Into.Target);
}

/// Where relocations have no addends, they stand in their places.
template <typename ELFT>
void ImageTables::Writer<ELFT>::keepAddend(
    const DynamicRelocation &Relocation) {
  for (WorkingSection &Section : Memory.sections())
    if (ExecutorRange{Section.Target, Section.Allocated}.contains(
            {Relocation.Place, WordSize}))
      *reinterpret_cast<typename ELFT::Off *>(
          Section.Memory + (Relocation.Place - Section.Target)) =
          static_cast<Address>(Relocation.Addend);
}

/// The last of them calls the executor, for what comes before constructors.
template <typename ELFT>
void ImageTables::Writer<ELFT>::writeRelocations(
    ArrayRef<DynamicRelocation> Relocations) {
  auto *Next = contents<Relocation>(Tables.Made.Relocations);
  auto Add = [&](const DynamicRelocation &Each) {
    Next->r_offset = static_cast<Address>(Each.Place.value());
    uint32_t Symbol = Each.Import == SIZE_MAX
                          ? 0
                          : DynamicSymbols::numberOfImport(Each.Import);
    Next->setSymbolAndType(Symbol, Each.Type, false);
    if constexpr (HasAddends)
      Next->r_addend = static_cast<std::make_signed_t<Address>>(Each.Addend);
    else
      keepAddend(Each);
    ++Next;
  };
  for (const DynamicRelocation &Each : Relocations)
    Add(Each);
  Add({.Place = Tables.Traits.RelocatedResult,
       .Type = Tables.Target->Dynamic.Resolved,
       .Import = SIZE_MAX,
       .Addend = static_cast<int64_t>(Tables.Traits.Relocated.value())});
}

template <typename ELFT> void ImageTables::Writer<ELFT>::writeDynamic() {
  auto *Next = contents<typename ELFT::Dyn>(Tables.Made.Dynamic);
  auto Add = [&](int32_t Tag, uint64_t Value) {
    Next->d_tag = Tag;
    Next->d_un.d_val = static_cast<Address>(Value);
    ++Next;
  };
  // First, where the executor looks.
  if (Tables.Traits.IsExecutable)
    Add(ELF::DT_DEBUG, 0);
  Tables.Symbols.template describe<ELFT>(Memory, Add);
  const WorkingSection &Relocations = section(Tables.Made.Relocations);
  Add(HasAddends ? ELF::DT_RELA : ELF::DT_REL, Relocations.Target.value());
  Add(HasAddends ? ELF::DT_RELASZ : ELF::DT_RELSZ, Relocations.Needs.Size);
  Add(HasAddends ? ELF::DT_RELAENT : ELF::DT_RELENT, sizeof(Relocation));
  Add(ELF::DT_NULL, 0);
}

template <typename ELFT>
void ImageTables::Writer<ELFT>::writeHeaders(const SlabLayout &Layout,
                                             uint64_t PageSize,
                                             ExecutorAddr StartCode) {
  ExecutorAddr Start = Layout.Segments[0].Range.Start;
  std::vector<ProgramHeader> Headers;
  Headers.push_back(headerOf(ELF::PT_PHDR, section(Tables.Made.Headers)));
  addMapped(Layout, PageSize, Headers);
  Headers.push_back(headerOf(ELF::PT_DYNAMIC, section(Tables.Made.Dynamic)));
  Headers.push_back(headerOf(ELF::PT_NOTE, section(Tables.Made.BuildId)));
  if (Tables.OtherIndex)
    Headers.push_back({ELF::PT_GNU_EH_FRAME, ELF::PF_R, *Tables.OtherIndex,
                       Tables.OtherIndex->Size, 4});
  else if (hasUnwindTables())
    Headers.push_back(
        headerOf(ELF::PT_GNU_EH_FRAME, section(Tables.Made.Unwinding)));
  for (const WorkingSection &Section : Memory.sections())
    if (Section.Name == ".ARM.exidx")
      Headers.push_back(headerOf(ELF::PT_ARM_EXIDX, Section));
  uint32_t OfStack = ELF::PF_R | ELF::PF_W;
  if (Tables.Traits.NeedsExecutableStack)
    OfStack |= ELF::PF_X;
  Headers.push_back({ELF::PT_GNU_STACK, OfStack, {}, 0, 1});
  // The dynamic linker would allocate what PT_TLS says.
  if (Tables.Traits.HasThreadLocals)
    Headers.push_back({ELF::PT_NULL, 0, {}, 0, 1});

  auto File = fileHeader<ELFT>(Tables.Target->Machine);
  File.e_type = ELF::ET_DYN;
  File.e_flags = Tables.Traits.Flags;
  File.e_entry = static_cast<Address>(StartCode.value());
  File.e_phoff = sizeof(File);
  File.e_phentsize = sizeof(Phdr);
  File.e_phnum = static_cast<uint16_t>(Headers.size());
  uint64_t OwnSize = Headers.size() * sizeof(Phdr);
  Headers[0].Range = {Start + sizeof(File), OwnSize};
  Headers[0].FileSize = OwnSize;
  uint8_t *Into = section(Tables.Made.Headers).Memory;
  std::memcpy(Into, &File, sizeof(File));
  auto *Header = reinterpret_cast<Phdr *>(Into + sizeof(File));
  for (const ProgramHeader &Each : Headers) {
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
  auto *Id = reinterpret_cast<uint8_t *>(Note + 4);
  std::memcpy(Id, &Total, BuildIdSize);
}

template <typename ELFT>
void ImageTables::Writer<ELFT>::complete(
    const SlabLayout &Layout, uint64_t PageSize,
    ArrayRef<DynamicRelocation> Relocations, AddressOf Find,
    ExecutorAddr Start) {
  Tables.Symbols.template write<ELFT>(Memory, Find);
  writeUnwindIndex();
  writeRelocations(Relocations);
  writeDynamic();
  writeHeaders(Layout, PageSize, Start);
  writeBuildId();
}

void ImageTables::allocate(SectionMemory &Memory, size_t RelocationCount,
                           uint64_t PageSize) {
  Made = withElfTypeOf(*Target, [&]<typename ELFT>() {
    return Writer<ELFT>(*this, Memory).allocate(RelocationCount, PageSize);
  });
}

void ImageTables::writeUnwindIndex(const SectionMemory &Memory,
                                   MutableArrayRef<uint8_t> Index,
                                   ExecutorAddr Place) const {
  withElfTypeOf(*Target, [&]<typename ELFT>() {
    indexUnwindTables<ELFT>(Memory, Index, Place);
  });
}

void ImageTables::complete(SectionMemory &Memory, const SlabLayout &Layout,
                           uint64_t PageSize,
                           ArrayRef<DynamicRelocation> Relocations,
                           AddressOf Find, ExecutorAddr Start) {
  withElfTypeOf(*Target, [&]<typename ELFT>() {
    Writer<ELFT>(*this, Memory)
        .complete(Layout, PageSize, Relocations, Find, Start);
  });
}

} // namespace remoterun::jit
