//===- ThreadLocals.cpp - Native TLS of the program's objects -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ThreadLocals.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/ElfView.h"
#include "jit/target/LocalExec.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/Demangle/Demangle.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Of a library's variable: __tls_get_addr's argument, which is a module's
/// number and an offset, the offset from the thread pointer, and a word that
/// keeps the next one aligned.
constexpr uint64_t IndexSize = 32;
constexpr int64_t OffsetInIndex = 16;

/// What the variables of an object count from where code asks for their common
/// base; in an executable that can be the thread pointer.
constexpr StringLiteral ModuleBase = "_TLS_MODULE_BASE_";

/// A thread-local section, by the numbers of its object and itself.
using Place = std::pair<size_t, uint64_t>;

using View = ElfView<ELF64LE>;

/// It loads a variable's offset from the thread pointer, or can.
bool takesOffset(uint32_t Type) {
  return Type == ELF::R_X86_64_GOTTPOFF ||
         Type == ELF::R_X86_64_GOTPC32_TLSDESC;
}

/// What code that does not know where a variable is asks for.
bool isOfLibrary(uint32_t Type) {
  return Type == ELF::R_X86_64_TLSGD || takesOffset(Type);
}

/// A section and its relocations.
struct RelocatedSection {
  const Shdr *Section;
  MutableArrayRef<Rela> Relocations;
};

class Linker {
public:
  Linker(JoinedProgram &Program, const std::vector<ProgramObject> &Inputs,
         RoomForThreadLocals Room)
      : Program(Program), Objects(Program.Objects), Inputs(Inputs), Room(Room) {
  }

  Expected<void> run();

  /// The sections that are in use, and where they are in the block.
  std::map<Place, uint64_t> Offsets;
  /// The variables that no object defines, which are General Dynamic or Initial
  /// Exec.
  SetVector<StringRef> LibraryVariables;
  std::set<std::string, std::less<>> InitialExec;
  uint64_t sizeOf(Place Section) const {
    return Parsed[Section.first].sections()[Section.second].sh_size;
  }
  bool isZero(Place Section) const {
    return Parsed[Section.first].sections()[Section.second].sh_type ==
           ELF::SHT_NOBITS;
  }

private:
  Expected<void> parse();
  Expected<void> place();
  /// Calls \p Visit for each relocated section of object \p Number that is
  /// part of the program's memory.
  Expected<void>
  forEachSection(size_t Number,
                 function_ref<Expected<void>(const RelocatedSection &)> Visit);
  /// Where the variable of \p Relocation is.
  Expected<std::pair<Place, uint64_t>>
  target(size_t Number, const RelocatedSection &In, const Rela &Relocation);
  Expected<void> note(size_t Number, const RelocatedSection &In);
  Expected<void> rewrite(size_t Number, const RelocatedSection &In);
  void hide(size_t Number);
  /// The name of what no object defines; empty for everything else.
  StringRef libraryVariable(size_t Number, const Rela &Relocation) const;
  Failure bad(size_t Number, const std::string &Why) const {
    return {Blame::Input,
            "cannot link object '" + Objects[Number].Name + "': " + Why};
  }
  /// With the name of the input that \p Offset of a section is from.
  Failure badAt(Place Section, uint64_t Offset, const std::string &Why) const {
    const ProgramObject *Input =
        Program.inputAt({Section.first, Section.second}, Offset, Inputs);
    return {Blame::Input,
            "cannot link object '" +
                (Input ? Input->Name : Objects[Section.first].Name) +
                "': " + Why};
  }

  JoinedProgram &Program;
  std::vector<ProgramObject> &Objects; ///< Of Program.
  const std::vector<ProgramObject> &Inputs;
  RoomForThreadLocals Room;
  wire::ThreadLocalBlock Block;
  std::vector<View> Parsed; ///< Of Objects.
};

Expected<void> Linker::parse() {
  for (size_t Number = 0; Number != Objects.size(); ++Number) {
    auto Opened = View::create(Objects[Number].Bytes);
    if (!Opened)
      return bad(Number, toString(Opened.takeError()));
    Parsed.push_back(std::move(*Opened));
  }
  return {};
}

Expected<void> Linker::forEachSection(
    size_t Number,
    function_ref<Expected<void>(const RelocatedSection &)> Visit) {
  ArrayRef<Shdr> Sections = Parsed[Number].sections();
  for (const Shdr &Section : Sections) {
    if (Section.sh_type != ELF::SHT_RELA || Section.sh_info >= Sections.size())
      continue;
    const Shdr &Relocated = Sections[Section.sh_info];
    if (!(Relocated.sh_flags & ELF::SHF_ALLOC) ||
        Relocated.sh_type == ELF::SHT_NOBITS)
      continue;
    auto Relocations = Parsed[Number].relocationsOf(Section);
    if (!Relocations)
      return bad(Number, toString(Relocations.takeError()));
    if (none_of(*Relocations, [](const Rela &Relocation) {
          return isThreadLocalRelocation(Relocation.getType(false));
        }))
      continue;
    if (auto Done = Visit({&Relocated, *Relocations}); !Done)
      return Done;
  }
  return {};
}

Expected<std::pair<Place, uint64_t>> Linker::target(size_t Number,
                                                    const RelocatedSection &In,
                                                    const Rela &Relocation) {
  const View &Its = Parsed[Number];
  const Sym &Symbol = Its.symbols()[Relocation.getSymbol(false)];
  auto Name = Its.nameOf(Symbol);
  if (!Name)
    return bad(Number, toString(Name.takeError()));
  // What the program defines is in a section of the joined object.
  uint64_t Section = Its.sectionOf(Symbol);
  Place Here(Number, In.Section - Parsed[Number].sections().data());
  if (Symbol.isUndefined())
    return badAt(Here, Relocation.r_offset,
                 "no input defines its thread-local variable '" +
                     demangle(Name->str()) + "'");
  if (Section == 0 || Section >= Its.sections().size() ||
      !(Its.sections()[Section].sh_flags & ELF::SHF_TLS))
    return badAt(Here, Relocation.r_offset,
                 "it takes for thread-local what is not so where it is "
                 "defined");
  return std::pair(Place(Number, Section), uint64_t(Symbol.st_value));
}

StringRef Linker::libraryVariable(size_t Number, const Rela &Relocation) const {
  const Sym &Symbol = Parsed[Number].symbols()[Relocation.getSymbol(false)];
  auto Name = Parsed[Number].nameOf(Symbol);
  if (!Name) {
    consumeError(Name.takeError());
    return "";
  }
  return Symbol.isUndefined() ? *Name : "";
}

Expected<void> Linker::note(size_t Number, const RelocatedSection &In) {
  for (const Rela &Relocation : In.Relocations) {
    if (!isThreadLocalRelocation(Relocation.getType(false)) ||
        needsNoVariable(Relocation.getType(false)))
      continue;
    StringRef Name = libraryVariable(Number, Relocation);
    uint32_t Type = Relocation.getType(false);
    if (!Name.empty() && isOfLibrary(Type)) {
      LibraryVariables.insert(Name);
      if (takesOffset(Type))
        InitialExec.insert(Name.str());
      continue;
    }
    if (Name == ModuleBase)
      continue;
    auto Found = target(Number, In, Relocation);
    if (!Found)
      return Found.error();
    Offsets.try_emplace(Found->first);
  }
  return {};
}

Expected<void> Linker::place() {
  uint64_t End = 0, Strictest = 1;
  Place Last;
  for (auto &[Where, Offset] : Offsets) {
    const Shdr &Section = Parsed[Where.first].sections()[Where.second];
    uint64_t Alignment = std::max<uint64_t>(Section.sh_addralign, 1);
    Offset = alignTo(End, Alignment);
    if (Section.sh_size > UINT32_MAX)
      return badAt(Where, 0, "its thread-local variables are too large");
    End = Offset + Section.sh_size;
    Strictest = std::max(Strictest, Alignment);
    Last = Where;
  }
  auto Given = Room(End);
  if (!Given)
    return Given.error();
  Block = *Given;
  if (End > Block.Size || Strictest > Block.Alignment)
    return badAt(Last, 0,
                 "its thread-local variables do not fit into the " +
                     std::to_string(Block.Size) + " bytes, aligned to " +
                     std::to_string(Block.Alignment) +
                     ", that the executor has for all of them; pass it "
                     "as IR with --extra-module, or compile it with clang "
                     "-femulated-tls");
  return {};
}

Expected<void> Linker::rewrite(size_t Number, const RelocatedSection &In) {
  MutableArrayRef<char> Bytes = Objects[Number].Bytes;
  MutableArrayRef<uint8_t> Code(reinterpret_cast<uint8_t *>(Bytes.data()) +
                                    In.Section->sh_offset,
                                In.Section->sh_size);
  for (size_t I = 0; I != In.Relocations.size(); ++I) {
    Rela &Relocation = In.Relocations[I];
    uint32_t Type = Relocation.getType(false);
    if (!isThreadLocalRelocation(Type))
      continue;
    StringRef Undefined = libraryVariable(Number, Relocation);
    if (isOfLibrary(Type) && LibraryVariables.contains(Undefined)) {
      // The code stays, with the address of what it asks for.
      Relocation.setType(ELF::R_X86_64_PC32, false);
      if (Type == ELF::R_X86_64_GOTPC32_TLSDESC &&
          !makeInitialExec(Code, Relocation.r_offset))
        return badAt({Number, In.Section - Parsed[Number].sections().data()},
                     Relocation.r_offset,
                     "its code for a thread-local descriptor is not the "
                     "psABI's; pass it as IR with --extra-module");
      if (takesOffset(Type))
        Relocation.r_addend += OffsetInIndex;
      else
        ++I;
      continue;
    }
    int64_t Distance = Relocation.r_addend; // From the thread pointer.
    if (!needsNoVariable(Type) && Undefined != ModuleBase) {
      auto Found = target(Number, In, Relocation);
      if (!Found)
        return Found.error();
      Distance += Block.Offset +
                  static_cast<int64_t>(Offsets[Found->first] + Found->second);
    }
    if (!makeLocalExec(Code, Relocation.r_offset, Type, Distance))
      return badAt({Number, In.Section - Parsed[Number].sections().data()},
                   Relocation.r_offset,
                   "no way is known to rewrite its code at the "
                   "thread-local relocation " +
                       getELFRelocationTypeName(ELF::EM_X86_64, Type).str() +
                       "; pass it as IR with --extra-module");
    Relocation.r_info = 0;
    Relocation.r_addend = 0;
    // The call of __tls_get_addr, which has been overwritten.
    if (hasCall(Type) && I + 1 != In.Relocations.size()) {
      Rela &Call = In.Relocations[++I];
      Call.r_info = 0;
      Call.r_addend = 0;
    }
  }
  return {};
}

/// What is left is not for RuntimeDyld: it would allocate such sections in its
/// own way. (In a joined object no symbol is thread-local any more.)
void Linker::hide(size_t Number) {
  for (const Shdr &Section : Parsed[Number].sections())
    if (Section.sh_flags & ELF::SHF_TLS)
      writable(Section).sh_flags =
          Section.sh_flags & ~uint64_t(ELF::SHF_TLS | ELF::SHF_WRITE);
}

Expected<void> Linker::run() {
  if (auto Done = parse(); !Done)
    return Done;
  // Also what no code of the program refers to: libraries may.
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    for (const Shdr &Section : Parsed[Number].sections())
      if (Section.sh_flags & ELF::SHF_TLS && Section.sh_size != 0)
        Offsets.try_emplace(
            Place(Number, &Section - Parsed[Number].sections().data()));
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    if (auto Done = forEachSection(
            Number, [&](const auto &In) { return note(Number, In); });
        !Done)
      return Done;
  if (auto Done = place(); !Done)
    return Done;
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    if (auto Done = forEachSection(
            Number, [&](const auto &In) { return rewrite(Number, In); });
        !Done)
      return Done;
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    hide(Number);
  return {};
}

} // namespace

Expected<ThreadLocals>
ThreadLocals::link(JoinedProgram &Program,
                   const std::vector<ProgramObject> &Inputs,
                   RoomForThreadLocals Room) {
  Linker Work(Program, Inputs, Room);
  if (auto Done = Work.run(); !Done)
    return Done.error();
  ThreadLocals Linked;
  Linked.InitialExec = std::move(Work.InitialExec);
  for (StringRef Name : Work.LibraryVariables)
    Linked.LibraryVariables.push_back(Name.str());
  for (const auto &[Where, Offset] : Work.Offsets) {
    if (Work.isZero(Where))
      continue;
    Linked.Images.push_back(
        {{Where.first, Where.second}, Work.sizeOf(Where), Offset});
  }
  Linked.Offsets = std::move(Work.Offsets);
  return Linked;
}

void ThreadLocals::allocate(SectionMemory &Memory) {
  if (!LibraryVariables.empty())
    IndexSection = Memory.addSynthetic(
        ".got.tls", {SectionKind::Writable, IndexSize * LibraryVariables.size(),
                     IndexSize});
}

void ThreadLocals::redirect(const SectionMemory &Memory,
                            SymbolAddresses &Addresses) {
  // Where they have been placed before, that is what is in Addresses.
  if (Instances.empty())
    for (const std::string &Name : LibraryVariables)
      Instances.push_back(Addresses[Name]);
  Indices.clear();
  for (size_t I = 0; I != LibraryVariables.size(); ++I) {
    ExecutorAddr Slot = Memory.sections()[IndexSection].Target + I * IndexSize;
    // A weak one may be nowhere, and its index stays zero.
    if (!Instances[I].isNull())
      Indices.push({Slot, Instances[I]});
    Addresses[LibraryVariables[I]] = Slot;
  }
}

void ThreadLocals::found(StringRef Variable, ExecutorAddr Instance) {
  for (size_t I = 0; I != Instances.size(); ++I)
    if (LibraryVariables[I] == Variable)
      Instances[I] = Instance;
}

ExecutorAddr ThreadLocals::indexOf(StringRef Variable,
                                   const SectionMemory &Memory) const {
  for (size_t I = 0; I != LibraryVariables.size(); ++I)
    if (LibraryVariables[I] == Variable)
      return Memory.sections()[IndexSection].Target + I * IndexSize;
  return ExecutorAddr();
}

std::optional<uint64_t>
ThreadLocals::offsetOf(const JoinedPlace &Variable) const {
  auto Known = Offsets.find({Variable.Section.Object, Variable.Section.Index});
  if (Known == Offsets.end())
    return std::nullopt;
  return Known->second + Variable.Offset;
}

List<wire::Run::ThreadLocalImage>
ThreadLocals::images(const SectionMemory &Memory) const {
  List<wire::Run::ThreadLocalImage> Result;
  for (const Image &Part : Images)
    if (const WorkingSection *Section = Memory.find(Part.Section))
      Result.push({{Section->Target, Part.Size}, Part.Offset});
  return Result;
}

} // namespace remoterun::jit
