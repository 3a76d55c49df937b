//===- RemoteEngine.cpp - MCJIT for memory that is elsewhere --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/RemoteEngine.h"
#include "jit/link/LinkMap.h"
#include "jit/link/LinkerSymbols.h"
#include "jit/link/Reach.h"
#include "jit/link/Shipment.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ExecutionEngine/JITSymbol.h"
#include "llvm/ExecutionEngine/MCJIT.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

/// Answers RuntimeDyld from what has been resolved before it asks.
class RemoteEngine::Resolver : public LegacyJITSymbolResolver {
public:
  void setAddresses(const SymbolAddresses &Known) { Addresses = &Known; }

  JITSymbol findSymbol(const std::string &Name) override {
    auto Found = Addresses->find(Name);
    if (Found != Addresses->end())
      return JITSymbol(Found->second.value(), JITSymbolFlags::Exported);
    // What is missing by now is weak. RuntimeDyld aborts on null; this value
    // makes it leave the relocated place alone, which holds zero.
    return JITSymbol(UINT64_MAX, JITSymbolFlags::Exported);
  }

  JITSymbol findSymbolInLogicalDylib(const std::string &) override {
    return nullptr;
  }

private:
  const SymbolAddresses *Addresses = nullptr;
};

RemoteEngine::RemoteEngine() = default;
RemoteEngine::RemoteEngine(RemoteEngine &&) noexcept = default;
RemoteEngine::~RemoteEngine() = default;

Expected<RemoteEngine>
RemoteEngine::create(std::unique_ptr<TargetMachine> Machine,
                     const ProgramSymbols &Symbols) {
  RemoteEngine Made;
  Made.Symbols = &Symbols;
  Made.Target = &isaOf(Machine->getTargetTriple());
  auto Memory = std::make_unique<SectionMemory>();
  auto Names = std::make_unique<Resolver>();
  Made.Memory = Memory.get();
  Made.Names = Names.get();

  // MCJIT wants a module; the program comes as objects.
  static LLVMContext EmptyContext;
  auto Empty = std::make_unique<Module>("", EmptyContext);
  Module *EmptyModule = Empty.get();
  std::string Error;
  EngineBuilder Builder(std::move(Empty));
  Builder.setEngineKind(EngineKind::JIT)
      .setErrorStr(&Error)
      .setMemoryManager(std::move(Memory))
      .setSymbolResolver(std::move(Names));
  Made.Engine.reset(Builder.create(Machine.release()));
  if (!Made.Engine)
    return Failure{Blame::Internal, "cannot create the JIT: " + Error};
  Made.Engine->removeModule(EmptyModule);
  delete EmptyModule;

  // Its copy of every object would be for a debugger of this process.
  Made.Engine->UnregisterJITEventListener(
      JITEventListener::createGDBRegistrationListener());
  Made.Engine->RegisterJITEventListener(Made.Memory);
  return Made;
}

void RemoteEngine::load(JoinedProgram &Program,
                        function_ref<void(const std::string &)> Before) {
  Joined = &Program;
  for (size_t Number = 0; Number != Program.Objects.size(); ++Number) {
    Before(Program.Objects[Number].Name);
    Memory->beginObject(Number, Program.Objects[Number]);
    Engine->addObjectFile(std::move(Program.Objects[Number].File));
  }
}

namespace {

/// As loaded, but sections with bounds of one name together.
std::vector<size_t> layoutOrder(const std::vector<WorkingSection> &Sections) {
  StringMap<size_t> FirstOfName;
  std::vector<std::pair<size_t, size_t>> Keys;
  for (size_t I = 0; I != Sections.size(); ++I) {
    size_t Group = I;
    if (isBoundedSection(Sections[I].Name))
      Group = FirstOfName.try_emplace(Sections[I].Name, I).first->second;
    Keys.emplace_back(Group, I);
  }
  sort(Keys);
  std::vector<size_t> Order;
  for (const auto &[Group, I] : Keys)
    Order.push_back(I);
  return Order;
}

} // namespace

Expected<void> RemoteEngine::place(ExecutorRange NewSlab, uint64_t NewPageSize,
                                   LinkerAdditions NewAdditions) {
  Slab = NewSlab;
  PageSize = NewPageSize;
  Additions = std::move(NewAdditions);
  Additions.Nearby.allocate(*Memory);
  Additions.Indirect.allocate(*Memory);
  Additions.Variables.allocate(*Memory);
  Additions.Unwinding.allocate(*Memory);
  Additions.Own.allocate(*Memory);
  Additions.Imported.allocate(*Memory, Additions.Variables);
  if (Additions.Image)
    Additions.Image->allocate(*Memory, Additions.Imported.relocationCount(),
                              PageSize);
  allocateLinkerSections(Additions.Bounds, *Target, *Memory);
  StringRef NotByIndex = Additions.Variables.needsImage();
  if (!Additions.Image && !NotByIndex.empty())
    return Failure{Blame::Input,
                   "code has the library's thread-local variable '" +
                       NotByIndex.str() +
                       "' in a way that only the dynamic linker can tell, and "
                       "the program is no image; compile it with -fPIC, or "
                       "to IR for --image=false"};
  std::vector<size_t> Order = layoutOrder(Memory->sections());
  std::vector<SectionRequirement> Needs;
  for (size_t Number : Order)
    Needs.push_back(Memory->sections()[Number].Needs);
  auto LaidOut = layOutSlab(Needs, Slab, PageSize);
  if (!LaidOut)
    return LaidOut.error();
  Layout = std::move(*LaidOut);
  if (auto Placed = placeLateWindows(); !Placed)
    return Placed;
  constexpr uint64_t TwoGiB = uint64_t(1) << 31;
  if (!Joined->NeedsLowAddresses.empty() && end().value() > TwoGiB)
    return Failure{Blame::Input,
                   Joined->NeedsLowAddresses +
                       " has addresses of 32 bits, and the executor found no "
                       "memory below 2 GiB; compile it with -fPIE, or with "
                       "-mcmodel=large"};
  for (size_t I = 0; I != Needs.size(); ++I) {
    WorkingSection &Section = Memory->sections()[Order[I]];
    Section.Target = Layout.Addresses[I];
    if (!Section.IsSynthetic)
      Engine->mapSectionAddress(Section.Memory, Section.Target.value());
  }
  if (Additions.Late)
    Additions.Late->placeSymbols(Additions.Image->bodySymbols(*Memory).Pages);
  return {};
}

/// Behind everything else, so that late code is above all other code.
Expected<void> RemoteEngine::placeLateWindows() {
  if (!Additions.Image)
    Additions.Late.reset();
  if (!Additions.Late)
    return {};
  LateWindows &Windows = *Additions.Late;
  bool HasIndex =
      none_of(Memory->sections(), [&](const WorkingSection &Section) {
        return Section.Name == ".eh_frame_hdr" &&
               Section.Needs.Size > Windows.range(LateWindows::Index).Size;
      });
  if (!HasIndex || !Slab.contains({end(), Windows.size()}))
    return Failure{Blame::Input,
                   "the program leaves no room for functions that are compiled "
                   "later; compile all of it before it starts, with "
                   "--lazy=off"};
  Windows.place(end());
  append_range(Layout.Segments, Windows.segments());
  Additions.Image->setUnwindIndex(Windows.range(LateWindows::Index));
  return {};
}

Expected<void>
RemoteEngine::relocate(SymbolAddresses &Addresses,
                       const std::vector<ProgramObject> &Inputs) {
  if (Additions.Late) {
    Addresses[LateCode::Control.str()] =
        Additions.Late->range(LateWindows::Control).Start;
    Addresses[LateCode::Slots.str()] =
        Additions.Late->range(LateWindows::Slots).Start;
    Addresses[LateCode::DebugObjects.str()] =
        Additions.Late->range(LateWindows::DebugObjects).Start;
  }
  defineLinkerSymbols(Additions.Bounds, Memory->sections(), Layout.Segments,
                      Addresses);
  for (const std::string &Name : Additions.Bounds)
    Bounds[Name] = Addresses.lookup(Name);
  Additions.Nearby.redirect(*Memory, Addresses);
  Additions.Indirect.redirect(*Memory, Addresses);
  auto IsOfLibrary = [&](StringRef Name) {
    return Additions.Imported.hasThreadLocal(Name) ||
           !Addresses.lookup(Name).isNull();
  };
  if (auto Checked = Additions.Variables.check(IsOfLibrary); !Checked)
    return Checked;
  Additions.Variables.redirect(*Memory, Addresses);
  Additions.Imported.redirect(*Memory, Addresses);
  if (auto Reached = checkReach(*Joined, Inputs, *Memory, Addresses, *Target);
      !Reached)
    return Reached;
  Names->setAddresses(Addresses);
  Engine->finalizeObject();
  if (Engine->hasError())
    return Failure{Blame::Internal,
                   "cannot link the program: " + Engine->getErrorMessage()};
  Additions.Unwinding.complete(
      *Memory, Addresses, [this](StringRef Name) { return addressOf(Name); });
  Additions.Fields.complete(*Memory, Addresses);
  if (auto Far = Additions.Own.complete(*Memory, Addresses))
    return outOfReach(*Far, *Joined, Inputs, *Memory, *Target);
  writeDistancesToNowhere(*Joined, *Memory, Addresses, *Target);
  return Additions.Branches.complete(*Memory);
}

void RemoteEngine::forEachPiece(
    function_ref<void(const WorkingSection &, const SectionKey &,
                      ExecutorRange)>
        Visit) const {
  for (const SectionPlaces::Piece &Piece : Joined->Places.pieces())
    if (const WorkingSection *Section = Memory->find(Piece.Where.Section))
      Visit(*Section, Piece.Input,
            {Section->Target + Piece.Where.Offset, Piece.Size});
  for (const WorkingSection &Section : Memory->sections())
    if (Section.Key.Index == 0 || !Joined->Places.isInput(Section.Key))
      Visit(Section, SectionKey(), {Section.Target, Section.Needs.Size});
  for (const auto &Common : Joined->Commons)
    if (const Symbol *Found = Symbols->find(Common.first()))
      if (const WorkingSection *Section = Memory->find(Common.second.Section))
        Visit(*Section, SectionKey(),
              {Section->Target + Common.second.Offset, Found->Size});
}

ProgramMap RemoteEngine::places() const {
  std::vector<PlacedSection> Sections;
  forEachPiece([&](const WorkingSection &Section, const SectionKey &Input,
                   ExecutorRange Range) {
    Sections.push_back({Range, Input, Section.Needs.Kind});
  });
  StringMap<ExecutorAddr> Commons;
  for (const auto &Common : Joined->Commons)
    Commons[Common.first()] = addressOf(Common.second);
  ThreadLocals::OffsetMap Offsets;
  for (const SectionPlaces::Piece &Piece : Joined->Places.pieces()) {
    auto Found = Additions.Variables.offsets().find(
        {Piece.Where.Section.Object, Piece.Where.Section.Index});
    if (Found != Additions.Variables.offsets().end())
      Offsets[{Piece.Input.Object, Piece.Input.Index}] =
          Found->second + Piece.Where.Offset;
  }
  return {*Target, std::move(Sections), Layout.reservation().span(),
          std::move(Offsets), std::move(Commons)};
}

ExecutorAddr RemoteEngine::end() const {
  ExecutorAddr End = Slab.Start;
  for (const Segment &Each : Layout.Segments)
    End = Each.Range.Start + Each.Range.Size;
  return End;
}

void RemoteEngine::describe(SmallVector<char, 0> Image) {
  ExecutorRange Pages = {end(), alignTo(Image.size(), PageSize)};
  if (Image.empty() || !Slab.contains(Pages))
    return;
  DebugImage = std::move(Image);
  DebugImagePlace = Pages.Start;
  Layout.Segments.emplace_back(Pages, SectionKind::ReadOnly);
}

std::string RemoteEngine::map(const std::vector<ProgramObject> &Objects,
                              const SourceFiles &Files) const {
  std::vector<MappedSection> Sections;
  forEachPiece([&](const WorkingSection &Section, const SectionKey &Input,
                   ExecutorRange Range) {
    Sections.push_back({Range, Section.Needs.Alignment, Section.Name, Input});
  });
  auto AddressOf = [this](StringRef Name) { return addressOf(Name); };
  return makeLinkMap(
      {Objects, *Symbols, std::move(Sections), Files, AddressOf});
}

ExecutorAddr RemoteEngine::startCode() const {
  constexpr StringLiteral Name = "_start";
  ExecutorAddr Own = addressOf(Name);
  return Own.isNull() ? Bounds.lookup(Name) : Own;
}

LinkedProgram RemoteEngine::linked() {
  LinkedProgram Result;
  Result.IsImage = isImage();
  if (isImage())
    Additions.Image->complete(
        *Memory, Layout, PageSize,
        Additions.Imported.relocations(*Memory, Additions.Variables),
        [this](StringRef Name, const Symbol *Found) {
          if (Found)
            return addressOf(Name, *Found);
          auto Known = Bounds.find(Name);
          return Known != Bounds.end()
                     ? Known->second
                     : Additions.Imported.addressOf(Name, *Memory);
        },
        startCode());
  Result.Segments = Layout.reservation();
  std::vector<ExecutorRange> Areas;
  if (isImage())
    Areas.push_back({Slab.Start, end() - Slab.Start}); // One file.
  else
    for (const Segment &Each : Layout.Segments)
      Areas.push_back(Each.Range);
  Result.Pieces = shippedPieces(Memory->sections(), Areas);
  if (!DebugImagePlace.isNull())
    Result.Pieces.push_back(
        {DebugImagePlace, {{DebugImage.data(), DebugImage.size()}}, 0});
  if (!isImage())
    for (ExecutorRange Table : Memory->unwindTables())
      Result.UnwindTables.push(Table);
  if (auto Index = Additions.Unwinding.table(*Memory))
    Result.UnwindTables.push(*Index);
  if (Additions.Late)
    Result.Windows = Additions.Late->mapped();
  wire::Run &Start = Result.Start;
  Start.Ifuncs = Additions.Indirect.slots(*Memory);
  Start.ThreadLocals = Additions.Variables.images(*Memory);
  for (const auto &Variable : Additions.Variables.indices())
    Start.LibraryThreadLocals.push(Variable);
  Start.Initializers = initializers();
  Start.Finalizers = finalizers();
  if (!DebugImagePlace.isNull())
    Start.DebugObjects.push({DebugImagePlace, DebugImage.size()});
  return Result;
}

ExecutorAddr RemoteEngine::addressOf(StringRef Name) const {
  const Symbol *Found = Symbols->find(Name);
  return Found ? addressOf(Name, *Found) : ExecutorAddr();
}

ExecutorAddr RemoteEngine::addressOf(StringRef Name,
                                     const Symbol &Found) const {
  if (Found.isAbsolute())
    return ExecutorAddr(Found.Value);
  // Its resolver is not the function.
  if (Found.isIfunc())
    return Additions.Indirect.addressOf(Name, *Memory);
  auto Place = Joined->find(Name, Found);
  return Place ? addressOf(*Place) : ExecutorAddr();
}

ExecutorAddr RemoteEngine::addressOf(const JoinedPlace &Place) const {
  const WorkingSection *Section = Memory->find(Place.Section);
  return Section ? Section->Target + Place.Offset : ExecutorAddr();
}

size_t RemoteEngine::sectionCount() const {
  size_t Count = 0;
  forEachPiece([&](const WorkingSection &, const SectionKey &, ExecutorRange) {
    ++Count;
  });
  return Count;
}

} // namespace remoterun::jit
