//===- LibraryPath.cpp - The files that -l stands for ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/LibraryPath.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::jit {

using Kind = LibraryFile::Kind;
using Place = LibraryFile::Place;

LibraryPath::LibraryPath(std::vector<std::string> Given, const Isa &Target,
                         StringRef Root)
    : Given(std::move(Given)), Target(Target), Root(Root),
      OfSystem(libraryDirectories(Target, Root)) {}

namespace {

/// Null for what is no ELF file.
const Isa *isaOfElf(MemoryBufferRef File) {
  auto Parsed = object::ObjectFile::createELFObjectFile(File, false);
  if (Parsed)
    return findIsa((*Parsed)->getArch());
  consumeError(Parsed.takeError());
  return nullptr;
}

} // namespace

/// Whether the first member that tells its machine is for ours; what has none
/// is for all.
bool LibraryPath::isOurs(const MemoryBuffer &File) const {
  auto Archive = object::Archive::create(File);
  if (!Archive) {
    // Who links it finds out why.
    consumeError(Archive.takeError());
    return true;
  }
  const Isa *Found = nullptr;
  Error Failed = Error::success();
  for (const object::Archive::Child &Member : (*Archive)->children(Failed)) {
    auto Contents = Member.getMemoryBufferRef();
    if (!Contents)
      consumeError(Contents.takeError());
    else if (identify_magic(Contents->getBuffer()) ==
             file_magic::elf_relocatable)
      Found = isaOfElf(*Contents);
    if (Found)
      break;
  }
  consumeError(std::move(Failed));
  return !Found || Found == &Target;
}

std::optional<LibraryFile> LibraryPath::lookAt(const std::string &Path,
                                               Place Where) const {
  // Devices and pipes may have no end.
  if (!sys::fs::is_regular_file(Path))
    return std::nullopt;
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!File)
    return std::nullopt;
  LibraryFile Found = {Kind::Script, Path, Where};
  bool IsForUs = true;
  switch (identify_magic((*File)->getBuffer())) {
  case file_magic::elf_shared_object:
    Found.What = Kind::Shared;
    IsForUs = isaOfElf(**File) == &Target;
    break;
  case file_magic::elf_relocatable:
    Found.What = Kind::Object;
    IsForUs = isaOfElf(**File) == &Target;
    break;
  case file_magic::archive:
    Found.What = Kind::Archive;
    IsForUs = isOurs(**File);
    break;
  default:
    break;
  }
  return IsForUs ? std::optional(Found) : std::nullopt;
}

/// OfLoader, if \p Path or the file that it is a link to is in such a directory
/// (gcc has links in its own to libraries that are there).
Place LibraryPath::placeOf(const std::string &Path, Place Otherwise) const {
  SmallString<128> Real;
  (void)sys::fs::real_path(Path, Real);
  bool IsOfLoader = any_of(OfSystem, [&](const LibraryDirectory &Directory) {
    return Directory.IsOfLoader &&
           (Directory.Path == sys::path::parent_path(Path) ||
            Directory.Path == sys::path::parent_path(Real));
  });
  return IsOfLoader ? Place::OfLoader : Otherwise;
}

std::optional<LibraryFile>
LibraryPath::findFile(ArrayRef<std::string> Names) const {
  for (const std::string &Directory : Given)
    for (const std::string &Name : Names)
      if (auto Found = lookAt(Directory + "/" + Name, Place::Named))
        return Found;
  for (const LibraryDirectory &Directory : OfSystem)
    for (const std::string &Name : Names) {
      const std::string Path = Directory.Path + "/" + Name;
      if (auto Found = lookAt(Path, placeOf(Path, Place::OfCompiler)))
        return Found;
    }
  return std::nullopt;
}

std::optional<LibraryFile> LibraryPath::find(StringRef Name) const {
  if (Name.consume_front(":"))
    return findFile({Name.str()});
  return findFile({"lib" + Name.str() + ".so", "lib" + Name.str() + ".a"});
}

std::optional<LibraryFile> LibraryPath::look(const std::string &Path) const {
  return lookAt(Path, placeOf(Path, Place::Named));
}

std::optional<LibraryFile>
LibraryPath::findOfScript(StringRef Name, const LibraryFile &Script) const {
  if (Name.consume_front("="))
    return look(Root + Name.str());
  if (Name.starts_with("/")) {
    // A script below the root may speak of the files there.
    if (!Root.empty() && StringRef(Script.Path).starts_with(Root))
      if (auto Found = look(Root + Name.str()))
        return Found;
    return look(Name.str());
  }
  SmallString<128> Beside(sys::path::parent_path(Script.Path));
  sys::path::append(Beside, Name);
  if (auto Found = look(std::string(Beside)))
    return Found;
  if (auto Found = look(Name.str()))
    return Found;
  return findFile({Name.str()});
}

void LibraryPath::add(const std::string &Directory) {
  Given.push_back(Directory);
}

} // namespace remoterun::jit
