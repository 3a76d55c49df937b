//===- LibraryResolution.cpp - From -l to what is linked or loaded --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/settings/LibraryResolution.h"
#include "jit/object/LinkerScript.h"
#include "jit/object/SharedLibrary.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::driver {

using Kind = jit::LibraryFile::Kind;
using Place = jit::LibraryFile::Place;

namespace {

constexpr unsigned DeepestScript = 10;
/// Of linker scripts; what is larger is something else.
constexpr uint64_t LargestScript = 1024 * 1024;

/// They have some of libc's names by design, as libm has frexp.
bool isPartOfLibc(StringRef FileName) {
  static constexpr StringLiteral Starts[] = {
      "libm.so",    "libmvec.so",   "libpthread.so", "libdl.so",  "librt.so",
      "libutil.so", "libresolv.so", "libanl.so",     "libnsl.so", "libc.so"};
  return any_of(Starts,
                [&](StringRef Its) { return FileName.starts_with(Its); });
}

/// dlopen(3) takes a name without a slash for one that it has to look for.
std::string asPath(const std::string &Path) {
  return StringRef(Path).contains('/') ? Path : "./" + Path;
}

} // namespace

const jit::LibraryPath &LibraryResolution::path() {
  if (!Path)
    Path.emplace(Line.Directories, Scope.Target, Scope.Root);
  return *Path;
}

Expected<void> LibraryResolution::addFile(const std::string &File,
                                          LibraryModes Modes) {
  // If it is not here, it may be where the executor is.
  addShared({.File = {Kind::Shared, File, Place::Named},
             .IfNeeded = Modes.IfNeeded && sys::fs::exists(File)});
  return {};
}

Expected<void> LibraryResolution::add(StringRef Name, LibraryModes Modes) {
  auto File = path().find(Name);
  // libc is the executor's own, with the few functions that natively come from
  // its archive.
  bool IsLibc = File && Name == "c" && File->What == Kind::Script &&
                File->Where != Place::Named;
  if (File && !IsLibc)
    return add({.File = std::move(*File),
                .Name = Name.starts_with(":") ? "" : Name.str(),
                .IsWhole = Modes.IsWhole,
                .IfNeeded = Modes.IfNeeded});
  if (!Name.starts_with(":"))
    noteOrderOfVersioned(Name);
  auto NamedBy =
      Name.consume_front(":") ? wire::Load::Kind::Path : wire::Load::Kind::Name;
  Line.Libraries.push_back({NamedBy, Name.str()});
  return {};
}

Expected<void> LibraryResolution::add(const Find &Found) {
  switch (Found.File.What) {
  case Kind::Shared:
    addShared(Found);
    return {};
  case Kind::Archive:
    addArchive(Found);
    return {};
  case Kind::Object:
    Line.Inputs.push_back({jit::LinkInput::Kind::Object, Found.File.Path});
    return {};
  case Kind::Script:
    return addScript(Found);
  }
  return {};
}

void LibraryResolution::addArchive(const Find &Found) {
  // glibc has libpthread.a and others with no member, for what libc has got.
  constexpr uint64_t SizeOfEmpty = 8;
  uint64_t Size = 0;
  if (!sys::fs::file_size(Found.File.Path, Size) && Size <= SizeOfEmpty)
    return;
  Line.Inputs.push_back({Found.IsWhole ? jit::LinkInput::Kind::WholeArchive
                                       : jit::LinkInput::Kind::Archive,
                         Found.File.Path});
}

const StringSet<> &LibraryResolution::namesOfLibc() {
  if (!NamesOfLibc) {
    NamesOfLibc.emplace();
    if (auto Libc = path().find(":libc.so.6"))
      jit::forEachDynamicSymbolOf(
          Libc->Path, [&](StringRef Name) { NamesOfLibc->insert(Name); });
  }
  return *NamesOfLibc;
}

void LibraryResolution::noteOrder(const std::string &File) {
  SmallString<256> Absolute(File);
  if (!Scope.StartsExecutor ||
      StringRef(File).find_first_of(": ") != StringRef::npos ||
      sys::fs::make_absolute(Absolute) ||
      isPartOfLibc(sys::path::filename(File)))
    return;
  const StringSet<> &Libc = namesOfLibc();
  bool DefinesAsLibc = false;
  jit::forEachDynamicSymbolOf(
      File, [&](StringRef Name) { DefinesAsLibc |= Libc.contains(Name); });
  if (DefinesAsLibc)
    Line.Preloaded.push_back(Absolute.str().str());
}

void LibraryResolution::noteOrderOfVersioned(StringRef Name) {
  constexpr unsigned VersionsTried = 20;
  for (unsigned Version = 0; Version != VersionsTried; ++Version)
    if (auto File =
            path().find((":lib" + Name + ".so." + Twine(Version)).str());
        File && File->What == Kind::Shared && File->Where == Place::OfLoader)
      return noteOrder(File->Path);
}

void LibraryResolution::addShared(const Find &Found) {
  const std::string &File = Found.File.Path;
  if (!Found.IfNeeded)
    noteOrder(File);
  LinkSettings::Library ToLoad = {wire::Load::Kind::Path, asPath(File)};
  // The executor looks into the same directories in the same order.
  bool IsFoundByName =
      !Found.Name.empty() && !Found.IfNeeded &&
      (Found.File.Where != Place::OfCompiler || !Scope.SharesFiles);
  if (IsFoundByName)
    ToLoad = {wire::Load::Kind::Name, Found.Name};
  else if (Found.File.Where == Place::OfLoader)
    ToLoad.Text = sys::path::filename(File).str();
  Line.Inputs.push_back({jit::LinkInput::Kind::Library, File, Found.IfNeeded});
  if (Found.IfNeeded)
    Line.Spare.push_back({ToLoad.Text, File});
  else
    Line.Libraries.push_back(std::move(ToLoad));
}

Expected<void> LibraryResolution::addScript(const Find &Script) {
  const std::string &File = Script.File.Path;
  uint64_t Size = 0;
  if (Script.Depth == DeepestScript)
    return Failure{Blame::Input, "cannot read library '" + File +
                                     "': linker scripts name one another "
                                     "without end"};
  if (sys::fs::file_size(File, Size) || Size > LargestScript)
    return Failure{Blame::Input, "cannot read library '" + File +
                                     "': it is no ELF file, and too large for "
                                     "a linker script"};
  auto Text = MemoryBuffer::getFile(File, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!Text)
    return Failure{Blame::Input, "cannot read library '" + File +
                                     "': " + Text.getError().message()};
  auto Parsed = jit::parseLinkerScript((*Text)->getBuffer(), File);
  if (!Parsed)
    return Parsed.error();
  for (const std::string &Directory : Parsed->Directories) {
    Path->add(Directory);
    Line.Directories.push_back(Directory);
  }
  for (const jit::LinkerScript::Input &Input : Parsed->Inputs) {
    StringRef Name = Input.Name;
    bool IsByName = Name.consume_front("-l");
    Find Next = {.File = {},
                 .Name = IsByName && !Name.starts_with(":") ? Name.str() : "",
                 .IsWhole = Script.IsWhole,
                 .IfNeeded = Script.IfNeeded || Input.IfNeeded,
                 .Depth = Script.Depth + 1};
    auto Found =
        IsByName ? Path->find(Name) : Path->findOfScript(Name, Script.File);
    if (!Found)
      return Failure{Blame::Input, "cannot find '" + Input.Name +
                                       "', which the linker script '" + File +
                                       "' names"};
    Next.File = std::move(*Found);
    if (auto Added = add(Next); !Added)
      return Added;
  }
  return {};
}

} // namespace remoterun::driver
