//===- LateLinker.cpp - Objects for a program that runs -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LateLinker.h"
#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"
#include "jit/link/LateBranches.h"
#include "jit/link/LateObject.h"
#include "jit/link/UnwindIndex.h"
#include "jit/target/Isa.h"
#include "jit/target/LateSlots.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ExecutionEngine/JITSymbol.h"
#include "llvm/ExecutionEngine/RuntimeDyld.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Alignment.h"

#include <cstring>

using namespace llvm;

namespace remoterun::jit {

namespace {

constexpr char What[] = "cannot link late code";

/// In this process.
struct Section {
  std::string Name;
  std::unique_ptr<uint8_t[]> Owned;
  MutableArrayRef<uint8_t> Bytes; ///< Aligned.
  uint64_t Alignment = 1;
  bool IsCode = false;
  ExecutorAddr Target;
  uint64_t Offset = 0; ///< In its window.
};

class Memory : public RuntimeDyld::MemoryManager {
public:
  std::vector<Section> &sections() { return Sections; }
  /// The one that starts at \p Address, where one does.
  LateBranches::Place at(ExecutorAddr Address) {
    auto Its = find_if(Sections, [Address](const Section &Each) {
      return Each.Target == Address && !Each.Bytes.empty();
    });
    return Its != Sections.end()
               ? LateBranches::Place{Its->Bytes.data(), Address}
               : LateBranches::Place{nullptr, Address};
  }

  uint8_t *allocateCodeSection(uintptr_t Size, unsigned Alignment, unsigned,
                               StringRef Name) override {
    return allocate(Size, Alignment, Name, /*IsCode=*/true);
  }
  uint8_t *allocateDataSection(uintptr_t Size, unsigned Alignment, unsigned,
                               StringRef Name, bool) override {
    return allocate(Size, Alignment, Name, /*IsCode=*/false);
  }
  // Calls go where they say.
  bool allowStubAllocation() const override { return false; }
  // The tables are made known where they will be.
  void registerEHFrames(uint8_t *, uint64_t, size_t) override {}
  void deregisterEHFrames() override {}
  bool finalizeMemory(std::string *) override { return false; }

private:
  uint8_t *allocate(uint64_t Size, uint64_t Alignment, StringRef Name,
                    bool IsCode) {
    Alignment = std::max<uint64_t>(Alignment, 1);
    Section Made;
    Made.Name = Name.str();
    Made.Owned = std::make_unique<uint8_t[]>(Size + Alignment);
    auto *Start = reinterpret_cast<uint8_t *>(
        alignAddr(Made.Owned.get(), Align(Alignment)));
    Made.Bytes = {Start, Size};
    Made.Alignment = Alignment;
    Made.IsCode = IsCode;
    Sections.push_back(std::move(Made));
    return Start;
  }

  std::vector<Section> Sections;
};

class Resolver : public JITSymbolResolver {
public:
  explicit Resolver(const LateObject &Object) : Object(Object) {}

  void lookup(const LookupSet &Names, OnResolvedFunction Answer) override {
    LookupResult Found;
    for (StringRef Name : Names) {
      ExecutorAddr Place = Object.find(Name);
      if (Place.isNull())
        return Answer(createStringError(inconvertibleErrorCode(),
                                        "'" + Name + "' is not known"));
      Found[Name] = {Place.value(), JITSymbolFlags::Exported};
    }
    Answer(std::move(Found));
  }
  // What it defines is its own, weak or not.
  llvm::Expected<LookupSet>
  getResponsibilitySet(const LookupSet &Names) override {
    return Names;
  }

private:
  const LateObject &Object;
};

Failure failure(Error Why) {
  return fromLlvm(Blame::Internal, What, std::move(Why));
}

/// Gives \p Place room in \p Window.
Expected<void> place(Section &Place, LateWindow &Window, StringRef Kind) {
  uint64_t Start =
      alignTo(Window.Range.Start.value() + Window.Used, Align(Place.Alignment));
  ExecutorRange Range = {ExecutorAddr(Start), Place.Bytes.size()};
  if (!Window.Range.contains(Range))
    return Failure{Blame::Internal,
                   (Twine(What) + ": the window for " + Kind +
                    " is full: section '" + Place.Name + "' of " +
                    Twine(Range.Size) + " bytes does not fit behind " +
                    Twine(Window.Used) + " of " + Twine(Window.Range.Size))
                       .str()};
  Place.Target = Range.Start;
  Place.Offset = Range.Start - Window.Range.Start;
  Window.Used = Place.Offset + Range.Size;
  return {};
}

/// Where the sections of \p Object are, by their numbers.
DenseMap<uint64_t, ExecutorAddr>
addressesOf(const object::ObjectFile &Object,
            const RuntimeDyld::LoadedObjectInfo &Loaded) {
  DenseMap<uint64_t, ExecutorAddr> Addresses;
  for (const object::SectionRef &Each : Object.sections())
    Addresses[Each.getIndex()] =
        ExecutorAddr(Loaded.getSectionLoadAddress(Each));
  return Addresses;
}

/// What \p Object defines, whose sections are at \p Addresses.
Expected<LinkedObject>
definedIn(ArrayRef<char> Object,
          const DenseMap<uint64_t, ExecutorAddr> &Addresses) {
  LinkedObject Found;
  Error E = withElfType(Object, [&]<typename ELFT>() -> Error {
    auto View = ElfView<ELFT>::create(Object);
    if (!View)
      return View.takeError();
    for (const auto &Symbol : View->symbols()) {
      uint32_t Section = View->sectionOf(Symbol);
      const bool IsFunction = Symbol.getType() == ELF::STT_FUNC;
      if ((!IsFunction && Symbol.getType() != ELF::STT_OBJECT) ||
          Symbol.st_size == 0 || Section == 0)
        continue;
      auto Name = View->nameOf(Symbol);
      if (!Name)
        return Name.takeError();
      const ExecutorRange Range = {Addresses.lookup(Section) + Symbol.st_value,
                                   Symbol.st_size};
      if (IsFunction)
        Found.Functions.push_back({.Name = Name->str(), .Range = Range});
      else if (*Name == LateCode::LoopTable)
        Found.LoopTable = Range;
    }
    return Error::success();
  });
  if (E)
    return failure(std::move(E));
  return Found;
}

UnwindIndex emptyIndex(const Isa &Target) {
  return UnwindIndex(Target.isLittleEndian() ? endianness::little
                                             : endianness::big,
                     sizeof(uint64_t));
}

} // namespace

LateLinker::LateLinker(const Isa &Target, LateWindow Code, LateWindow Constants,
                       LateWindow Index)
    : Target(&Target), Code(Code), Constants(Constants), Index(Index) {
  this->Index.Used = emptyIndex(Target).used(Index.Memory);
}

Expected<LinkedObject> LateLinker::link(ArrayRef<char> Object, Resolve Find) {
  if (!Target->Late)
    return Failure{Blame::Internal,
                   std::string(What) + ": not on " + Target->Multiarch.str()};
  auto Made =
      makeLateObject(Object, *Target, {Code.Range, Constants.Range}, Find);
  if (!Made)
    return Made.error();
  auto Branches = LateBranches::take(Made->Bytes, *Target, Find);
  if (!Branches)
    return Branches.error();
  auto File = object::ObjectFile::createELFObjectFile(
      {{Made->Bytes.data(), Made->Bytes.size()}, ""});
  if (!File)
    return failure(File.takeError());

  Memory Working;
  Resolver Places(*Made);
  RuntimeDyld Dyld(Working, Places);
  auto Loaded = Dyld.loadObject(**File);
  auto Broken = [&Dyld] {
    return Failure{Blame::Internal,
                   std::string(What) + ": " + Dyld.getErrorString().str()};
  };
  if (!Loaded || Dyld.hasError())
    return Broken();
  LateWindow NewCode = Code, NewConstants = Constants;
  for (Section &Each : Working.sections()) {
    auto Placed = Each.IsCode ? place(Each, NewCode, "code")
                              : place(Each, NewConstants, "constants");
    if (!Placed)
      return Placed.error();
    Dyld.mapSectionAddress(Each.Bytes.data(), Each.Target.value());
  }
  Dyld.resolveRelocations();
  if (Dyld.hasError())
    return Broken();
  auto Addresses = addressesOf(**File, *Loaded);
  if (auto Written = Branches->write(
          [&](uint32_t Section) {
            return Working.at(Addresses.lookup(Section));
          },
          NewCode);
      !Written)
    return Written.error();
  auto Defined = definedIn(Made->Bytes, Addresses);
  if (!Defined)
    return Defined;

  UnwindIndex Entries = emptyIndex(*Target);
  for (const Section &Each : Working.sections()) {
    const LateWindow &Into = Each.IsCode ? Code : Constants;
    std::memcpy(Into.Memory.data() + Each.Offset, Each.Bytes.data(),
                Each.Bytes.size());
    if (Each.Name == ".eh_frame")
      Entries.add({Each.Bytes, Each.Target.value()});
  }
  auto Used = Entries.append(Index.Memory, Index.Range.Start.value());
  if (!Used)
    return Used.error();
  Code = NewCode;
  Constants = NewConstants;
  Index.Used = *Used;
  return Defined;
}

} // namespace remoterun::jit
