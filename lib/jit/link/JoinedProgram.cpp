//===- JoinedProgram.cpp - All objects as one -----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/JoinedProgram.h"
#include "jit/base/LlvmErrors.h"
#include "jit/link/ObjectJoiner.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

void SectionPlaces::add(SectionKey Input, JoinedPlace Where, uint64_t Size) {
  if (Numbers.size() <= Input.Object)
    Numbers.resize(Input.Object + 1);
  std::vector<uint32_t> &OfObject = Numbers[Input.Object];
  if (OfObject.size() <= Input.Index)
    OfObject.resize(Input.Index + 1);
  Pieces.push_back({Input, Where, Size});
  OfObject[Input.Index] = static_cast<uint32_t>(Pieces.size());
  if (OfInputs.size() <= Where.Section.Object)
    OfInputs.resize(Where.Section.Object + 1);
  BitVector &Sections = OfInputs[Where.Section.Object];
  if (Sections.size() <= Where.Section.Index)
    Sections.resize(Where.Section.Index + 1);
  Sections.set(static_cast<unsigned>(Where.Section.Index));
}

bool SectionPlaces::isInput(SectionKey Joined) const {
  return Joined.Object < OfInputs.size() &&
         Joined.Index < OfInputs[Joined.Object].size() &&
         OfInputs[Joined.Object][Joined.Index];
}

std::optional<JoinedPlace> SectionPlaces::find(SectionKey Input) const {
  if (Input.Object >= Numbers.size() ||
      Input.Index >= Numbers[Input.Object].size())
    return std::nullopt;
  uint32_t Number = Numbers[Input.Object][Input.Index];
  if (Number == 0)
    return std::nullopt;
  return Pieces[Number - 1].Where;
}

std::optional<JoinedPlace> JoinedProgram::find(StringRef Name,
                                               const Symbol &Found) const {
  if (Found.isCommon()) {
    auto Common = Commons.find(Found.Common.empty() ? Name : Found.Common);
    if (Common == Commons.end())
      return std::nullopt;
    return JoinedPlace{Common->second.Section,
                       Common->second.Offset + Found.Value};
  }
  auto Place = Places.find({Found.Object, Found.Section});
  if (Place)
    Place->Offset += Found.Value;
  return Place;
}

Expected<void> JoinedProgram::open(ProgramObject &Joined) {
  auto File = ObjectFile::createELFObjectFile(
      {{Joined.Bytes.data(), Joined.Bytes.size()}, "program"});
  if (!File)
    return fromLlvm(Blame::Internal, "cannot link '" + Joined.Name + "'",
                    File.takeError());
  Joined.File.reset(cast<ELFObjectFileBase>(File->release()));
  return {};
}

Expected<void> JoinedProgram::reopen() {
  for (ProgramObject &Object : Objects)
    if (auto Opened = open(Object); !Opened)
      return Opened;
  return {};
}

const ProgramObject *
JoinedProgram::inputAt(SectionKey Section, uint64_t Offset,
                       const std::vector<ProgramObject> &Inputs) const {
  for (const SectionPlaces::Piece &Piece : Places.pieces())
    if (Piece.Where.Section.Object == Section.Object &&
        Piece.Where.Section.Index == Section.Index &&
        Piece.Where.Offset <= Offset &&
        Offset - Piece.Where.Offset < Piece.Size)
      return &Inputs[Piece.Input.Object];
  return nullptr;
}

namespace {

template <typename ELFT>
Expected<void> joinAs(const std::vector<ProgramObject> &Objects,
                      const ProgramSymbols &Symbols, const Isa &Target,
                      JoinedProgram &Made) {
  std::vector<ElfView<ELFT>> Views;
  Views.reserve(Objects.size());
  for (const ProgramObject &Object : Objects) {
    auto View = ElfView<ELFT>::create(Object.Bytes);
    if (!View)
      return fromLlvm(Blame::Input, "cannot link object '" + Object.Name + "'",
                      View.takeError());
    Views.push_back(std::move(*View));
  }
  // The first may be one of data alone, of whatever ABI.
  Made.Flags = (Views.front().header().e_flags & ~Target.Calling.Mask) |
               Target.Calling.Value;
  LinkInputs<ELFT> Inputs = {Objects, Views, Symbols, Target};
  size_t Step = Target.JoinsObjects ? Objects.size() : 1;
  for (size_t First = 0; First != Objects.size(); First += Step) {
    ObjectJoiner<ELFT> Joiner(Inputs, First, First + Step, Made);
    if (auto Done = Joiner.run(); !Done)
      return Done;
  }
  Symbols.forEach([&](StringRef Name, const Symbol &Found) {
    if (!Found.isIfunc())
      return;
    if (auto Resolver = Made.Places.find({Found.Object, Found.Section}))
      Made.Ifuncs.push_back(
          {Name.str(), {Resolver->Section, Resolver->Offset + Found.Value}});
  });
  return {};
}

} // namespace

Expected<JoinedProgram> joinObjects(const std::vector<ProgramObject> &Objects,
                                    const ProgramSymbols &Symbols,
                                    const Isa &Target) {
  JoinedProgram Made;
  auto Done = withElfType(Objects.front().Bytes, [&]<typename ELFT>() {
    return joinAs<ELFT>(Objects, Symbols, Target, Made);
  });
  if (!Done)
    return Done.error();
  return Made;
}

} // namespace remoterun::jit
