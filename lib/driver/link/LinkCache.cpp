//===- LinkCache.cpp - Links that were made before ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/ProgramCache.h"
#include "driver/link/ProgramLinker.h"
#include "wire/Fields.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace remoterun::driver {

/// Not what somebody wants to see of this very link, nor one for an executor
/// that was started anew, as the next one would not be; nor what the next run
/// compiles otherwise from the start.
bool ProgramLinker::mayKeep() const {
  const CompileSettings &Compile = Settings.Compile;
  return IsFromCache && !HasRestarted && Work.Cache && Settings.Link.AsImage &&
         !Settings.NeedsLink && Compile.Saving.MapFile.empty() &&
         !Compile.Saving.ObjectFolder && !HasCompiledAgain;
}

/// Of a shared library, which defines what archives behind it are not asked
/// for: whether it is the file that it was.
static std::string identityOfLibrary(const std::string &Path) {
  sys::fs::file_status Status;
  if (sys::fs::status(Path, Status))
    return "no file " + Path;
  sys::fs::UniqueID Id = Status.getUniqueID();
  std::string Text = "file " + Path;
  for (uint64_t Number :
       {Id.getDevice(), Id.getFile(), uint64_t(Status.getSize()),
        uint64_t(Status.getLastModificationTime().time_since_epoch().count())})
    Text += " " + std::to_string(Number);
  return Text;
}

/// All that the link depends on but the executor's answer, which is compared.
jit::CacheKey ProgramLinker::keyOfLink() const {
  std::vector<std::string> Parts = {
      Work.Compiled->Late ? "program of late functions" : "linked program"};
  append_range(Parts, keyParts(Work));
  for (const jit::NativeFile &File : *Work.Read.Native)
    if (!File.Contents)
      Parts.push_back(identityOfLibrary(File.Input.File));
  const LinkSettings &Rules = Settings.Link;
  for (const LinkSettings::Library &Library : Rules.Libraries)
    Parts.push_back("library " + std::to_string(unsigned(Library.NamedBy)) +
                    " " + Library.Text);
  for (const LinkSettings::SpareLibrary &Library : Rules.Spare)
    Parts.push_back("spare library " + Library.Text);
  for (const std::string &Directory : Rules.Directories)
    Parts.push_back("directory " + Directory);
  for (const std::string &Name : Rules.Wanted)
    Parts.push_back("name " + Name);
  for (const auto &[Name, Address] : Rules.AbsoluteSymbols)
    Parts.push_back("address " + std::to_string(Address.value()) + " " + Name);
  Parts.push_back(Rules.ProcessSymbols ? "of the process" : "of libraries");
  const controller::ExecutorFacts &Facts = Link.facts();
  const wire::ThreadLocalBlock &Block = Facts.ThreadLocals;
  Parts.push_back(Facts.Triple);
  for (uint64_t Number :
       {uint64_t(Facts.PageSize), Facts.Slab.Start.value(), Facts.Slab.Size,
        uint64_t(Block.Offset), uint64_t(Block.Size), uint64_t(Block.Alignment),
        uint64_t(Block.Most), Facts.Relocated.value(),
        Facts.RelocatedResult.value()})
    Parts.push_back(std::to_string(Number));
  return jit::makeCacheKey(Parts);
}

Expected<bool> ProgramLinker::takeKept() {
  const std::vector<Library> &All = Settings.Link.Spare;
  auto IsNeeded = [&](const Library &Each) {
    return is_contained(Kept->spareLoaded(),
                        static_cast<uint32_t>(&Each - All.data()));
  };
  if (auto Loaded = loadSpare(IsNeeded); !Loaded)
    return Loaded.error();
  if (Kept->hasQuestion())
    if (auto Sent = Link.sendLookup(Kept->question()); !Sent)
      return Sent.error();
  // While the executor finds the answer.
  const bool IsRead = Kept->readProgram();
  if (IsRead && Link.keepsBlocks())
    if (auto Sent = Link.askKept(jit::sentPieces(Kept->pieces())); !Sent)
      return Sent.error();
  if (const LateTables *Tables = Kept->lateTables())
    readKeptLate(*Tables);
  if (Kept->hasQuestion()) {
    auto Answer = Link.receiveLookupReply();
    if (!Answer)
      return Answer.error();
    if (auto Got = Link.receiveKept(); !Got)
      return Got.error();
    if (!Kept->isAnswer(*Answer))
      return false;
  }
  if (!IsRead)
    return false;
  Linked.emplace(Kept->takeProgram());
  SegmentsOfKept.append(Linked->Segments.data(), Linked->Segments.size());
  IsTaken = true;
  return true;
}

void ProgramLinker::noteAnswerToKeep(const wire::LookupReply &Answer) {
  if (!mayKeep())
    return;
  // What is bound by us is at another address in the next run, unless it is the
  // executor's own.
  ByteBuffer Encoded;
  wire::encode(Answer, Encoded);
  auto Copy = wire::decode<wire::LookupReply>(Encoded.span());
  if (!Copy)
    return;
  for (size_t I = 0; I != Asked.Wanted.size(); ++I) {
    wire::LookupReply::Symbol &Its = Copy->Symbols[I];
    if (Imported.contains(Asked.Wanted[I].first))
      Its.Address = {};
    else if (!Its.Address.isNull() && Its.Kind != wire::SymbolKind::Own)
      return;
  }
  wire::Lookup Question = question();
  ToKeep = {};
  ToKeep.add(SpareLoaded, &Question, &*Copy);
  IsAnswerKept = true;
}

Expected<void> ProgramLinker::relink() {
  // It may have been let go.
  if (!Kept)
    Kept = KeptLink::load(*KeyOfLink, *Work.Cache);
  if (!Kept || !jit::loadRest(*Work.Compiled, *Work.Cache))
    return Failure{Blame::Internal, "the program is not in the cache any more"};
  auto Before = std::exchange(Kept, std::nullopt);
  IsTaken = false;
  Linked.reset();
  if (auto Joined = compileAndJoin(); !Joined)
    return Joined;
  if (auto Made = makeEngine(); !Made)
    return Made;
  question();
  Engine->load(Program.Joined, [](const std::string &) {});
  noteExports();
  if (Before->hasQuestion())
    if (auto Noted = noteAnswer(Before->answer()); !Noted)
      return Noted.error();
  addImage();
  return place(Link.facts().Slab);
}

void ProgramLinker::keep() {
  // Much data is not faster to be had from a file than from objects.
  constexpr uint64_t Largest = uint64_t(64) << 20;
  if (IsAnswerKept && ToKeep.size() <= Largest)
    ToKeep.store(*KeyOfLink, TablesToKeep ? &*TablesToKeep : nullptr,
                 *Work.Cache);
}

} // namespace remoterun::driver
