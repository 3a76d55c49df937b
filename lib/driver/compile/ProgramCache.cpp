//===- ProgramCache.cpp - Programs that were compiled before --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/ProgramCache.h"
#include "driver/compile/LateDivision.h"
#include "jit/base/ContentHash.h"
#include "wire/Codec.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/BuildID.h"
#include "llvm/Object/ObjectFile.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

/// Of a program: what its linker has noted of its contents, or else these.
std::string identityOf(const std::string &Path) {
  auto Program = object::ObjectFile::createObjectFile(Path);
  if (Program) {
    object::BuildIDRef Id = object::getBuildID(Program->getBinary());
    if (!Id.empty())
      return std::string(Id.begin(), Id.end());
  } else {
    consumeError(Program.takeError());
  }
  auto Hash = jit::hashOfFile(Path);
  return Hash ? std::move(*Hash) : std::string();
}

} // namespace

/// Whether bitcode there may be compiled in another way for --exclude-libs.
static bool isExcluded(const Compilation &Work, const jit::NativeFile &File) {
  const jit::ExportRules &Exports = Work.Settings.Link.Rules.Exports;
  bool IsArchive = File.Input.What != jit::LinkInput::Kind::Object;
  return Exports.excludes(IsArchive ? File.Input.File : File.Archive);
}

/// All but what libraries refer to.
static std::vector<std::string> partsOfInputs(const Compilation &Work) {
  std::vector<std::string> Parts = Work.Settings.codeGenerationChoices();
  append_range(Parts, Work.Read.OptionFiles.hashes());
  for (const jit::InputFile &File : Work.Read.Inputs)
    if (!File.AmongNative)
      Parts.push_back(File.Hash);
  // What native inputs define and need changes how the IR is compiled.
  for (const jit::NativeFile &File : *Work.Read.Native)
    if (File.Contents)
      Parts.push_back("native " + std::to_string(unsigned(File.Input.What)) +
                      (isExcluded(Work, File) ? " excluded " : " ") +
                      jit::hashOf(File.Contents->getBuffer()));
  if (!Work.Settings.Compile.Passes.empty())
    Parts.push_back(identityOf(Work.Settings.Compile.PassesPath));
  append_range(Parts, Work.AlsoDependsOn);
  return Parts;
}

std::vector<std::string> keyParts(const Compilation &Work) {
  std::vector<std::string> Parts = partsOfInputs(Work);
  for (const std::string &Name : Work.Wanted.ByLibraries)
    Parts.push_back("wanted " + Name);
  return Parts;
}

static jit::CacheKey keyOfWanted(const Compilation &Work) {
  std::vector<std::string> Parts = partsOfInputs(Work);
  Parts.push_back("what libraries refer to");
  return jit::makeCacheKey(Parts);
}

/// With more of its definitions than libraries refer to today, a program is
/// what a linker would have made of it.
void recallWanted(Compilation &Work) {
  if (!Work.Cache)
    return;
  jit::CacheKey Key = keyOfWanted(Work);
  auto Kept = jit::readKeyedFile(Work.Cache->pathOf(Key), Key);
  if (!Kept)
    return;
  wire::ByteReader In(
      {reinterpret_cast<const uint8_t *>(Kept->data()), Kept->size()});
  std::vector<std::string> Names(In.count(/*SmallestElement=*/4));
  for (std::string &Name : Names)
    Name = In.string();
  if (In.finished())
    Work.Wanted.ByLibraries = std::move(Names);
}

void keepWanted(const Compilation &Work) {
  if (!Work.Cache || !Work.NotKept.empty())
    return;
  ByteBuffer Bytes;
  wire::ByteWriter Out(Bytes);
  Out.u32(static_cast<uint32_t>(Work.Wanted.ByLibraries.size()));
  for (const std::string &Name : Work.Wanted.ByLibraries)
    Out.string(Name);
  jit::CacheKey Key = keyOfWanted(Work);
  // Without it, the next run finds them again.
  static_cast<void>(jit::writeKeyedFile(
      Work.Cache->pathOf(Key),
      {reinterpret_cast<const char *>(Bytes.data()), Bytes.size()},
      Bytes.size(), Key));
}

void checkCache(Compilation &Work) {
  if (!Work.Cache && !Work.Settings.Compile.UseObjectCache)
    return;
  if (Work.Settings.Compile.CompilesAnew)
    Work.NotKept = "what is to be printed or written is of its compilation";
  Work.Read.OptionFiles =
      FilesOfOptions(Work.Settings.Compile.ForCodeGeneration);
  if (const std::string &File = Work.Read.OptionFiles.withoutHash();
      !File.empty())
    Work.NotKept = "'" + File + "', which an option names, is no regular file";
  if (std::string Why = Work.Cache ? Work.Cache->distrust() : "";
      !Why.empty()) {
    if (!Work.Settings.Compile.IsOpenWorld)
      Why += ", with --cache=DIR";
    Work.Watching.warn(Why);
    Work.NotKept = "the cache is not trusted";
  }
  if (!Work.NotKept.empty())
    Work.Cache.reset();
}

jit::CacheKey keyOfProgram(const Compilation &Work, bool IsLate) {
  std::vector<std::string> Parts = keyParts(Work);
  if (IsLate)
    Parts.push_back(Work.Settings.IsDebugged ? "late functions for debuggers"
                                             : "late functions");
  return jit::makeCacheKey(Parts);
}

std::optional<jit::CompiledProgram> findKept(Compilation &Work) {
  Work.ForLate.reset();
  if (!Work.Cache)
    return std::nullopt;
  jit::CacheKey Key = keyOfProgram(Work, /*IsLate=*/false);
  // What was all compiled at once has no calls through entries.
  bool IsLate = false;
  if (mayBeLate(Work.Settings) && !Work.Cache->has(Key)) {
    jit::CacheKey Other = keyOfProgram(Work, /*IsLate=*/true);
    IsLate = Work.Cache->has(Other);
    if (IsLate)
      Key = Other;
  }
  jit::NamesOfFiles Names;
  for (const jit::InputFile &File : Work.Read.Inputs)
    if (!File.AmongNative)
      Names.Given.push_back(File.Name);
  for (const jit::NativeFile &File : *Work.Read.Native)
    Names.Native.push_back(File.Input.File);
  auto Found = jit::loadProgram(Key, Names, *Work.Cache);
  if (Found && IsLate != (Found->Late != nullptr))
    return std::nullopt;
  if (Found && IsLate)
    Work.ForLate.emplace(Key, jit::ProgramEntry());
  return Found;
}

static void complain(Compilation &Work) {
  if (std::string Complaint = Work.Cache->complaint(); !Complaint.empty())
    Work.Watching.warn(Complaint);
}

void keep(Compilation &Work) {
  if (!Work.Cache)
    return;
  if (!Work.Report.PrintedByPasses.empty())
    Work.NotKept = "its passes print, and do so each time";
  else if (!Work.Read.OptionFiles.areAsTheyWere())
    Work.NotKept = "a file that an option names has changed meanwhile";
  if (Work.NotKept.empty()) {
    std::vector<jit::CompiledPart> &Parts = Work.Compiled->Parts;
    for (jit::CompiledPart &Each : Parts) {
      // Others have been kept, by their IR.
      if (!Each.KeptIn.empty())
        continue;
      Each.Key = jit::makeCacheKey({"object"}, Each.bytes());
      if (Work.Cache->store(Each.Key, Each.bytes(), Each.StartSize))
        Each.KeptIn = Work.Cache->pathOf(Each.Key);
    }
    for (const jit::InputFile &File : Work.Read.Inputs)
      if (File.AmongNative)
        Work.Compiled->AmongNative.push_back(*File.AmongNative);
    bool IsLate = Work.Compiled->Late != nullptr;
    jit::CacheKey Key = keyOfProgram(Work, IsLate);
    jit::ProgramEntry Entry = jit::encodeProgram(*Work.Compiled);
    if (IsLate) {
      Work.ForLate.emplace(Key, std::move(Entry));
      return;
    }
    Work.Cache->store(Key, Entry.Bytes, Entry.StartSize);
    Work.Cache->prune(Work.Settings.Compile.CachePolicy);
  }
  if (!Work.NotKept.empty() && Work.Late)
    Work.Late->forgetFinished();
  complain(Work);
}

void keepLate(Compilation &Work) {
  Work.ForLate->keep(*Work.Late, *Work.Cache);
  if (!Work.ForLate->hasGrown())
    return;
  Work.Cache->prune(Work.Settings.Compile.CachePolicy);
  complain(Work);
}

} // namespace remoterun::driver
