//===- LibraryClosure.cpp - Libraries and what they need ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibraryClosure.h"

#include <cstring>

namespace remoterun::executor {

using Problem = LibraryClosure::Problem;

namespace {

/// The name by which the dynamic linker surely knows it: it takes notice of an
/// SONAME only where somebody has asked for that.
const char *nameOf(const LinkMapEntry &Object,
                   std::span<const LinkMapEntry> All) {
  std::string_view Soname = Object.Tables.soname();
  bool IsKnown = false;
  for (const LinkMapEntry &Other : All)
    Other.Tables.forEachNeeded(
        [&](std::string_view Name) { IsKnown |= Name == Soname; });
  return IsKnown ? Soname.data() : Object.Path;
}

} // namespace

LibraryClosure::LibraryClosure() {
  List<LinkMapEntry> Loaded = linkMap();
  for (uint32_t I = 0; I != Loaded.size(); ++I) {
    const LinkMapEntry &Object = Loaded[I];
    if (Object.isExecutable())
      Executable = Object.Tables;
    else if (!Object.IsKernels)
      All.push({.Name = nameOf(Object, Loaded.span()),
                .Path = Object.Path,
                .Tables = Object.Tables,
                .File = {},
                .Loaded = I,
                .NeededBy = static_cast<uint32_t>(All.size()),
                .IsFollowed = false});
  }
}

LibraryClosure::~LibraryClosure() {
  for (const Library &Each : All)
    if (!Each.Loaded)
      Each.File.unmap();
}

std::optional<uint32_t> LibraryClosure::known(std::string_view Name) const {
  // Nor is it the name of those that have none.
  if (Name.empty())
    return std::nullopt;
  for (uint32_t I = 0; I != All.size(); ++I)
    if (All[I].Name == Name || All[I].Path == Name ||
        All[I].Tables.soname() == Name)
      return I;
  return std::nullopt;
}

std::optional<uint32_t> LibraryClosure::known(FileIdentity File) {
  if (!KnowsLoadedFiles)
    for (Library &Each : All)
      if (Each.Loaded)
        Each.File.Identity = identityOf(Each.Path);
  KnowsLoadedFiles = true;
  for (uint32_t I = 0; I != All.size(); ++I)
    if (All[I].File.Identity == File)
      return I;
  return std::nullopt;
}

Result<uint32_t, Problem> LibraryClosure::findFor(std::string_view Name,
                                                  std::optional<uint32_t> By) {
  if (auto Known = known(Name))
    return *Known;
  List<Needer> Chain;
  for (auto Each = By; Each;) {
    const Library &It = All[*Each];
    Chain.push({It.Path, &It.Tables, nullptr});
    Each = It.NeededBy == *Each ? std::nullopt : std::optional(It.NeededBy);
  }
  for (size_t I = 1; I < Chain.size(); ++I)
    Chain[I - 1].NeededBy = &Chain[I];
  auto Found = Search.find(Name, Chain.empty() ? nullptr : Chain.data());
  if (!Found)
    return Found.error();
  return add(Name, *Found, By);
}

uint32_t LibraryClosure::add(std::string_view Name, const FoundLibrary &Found,
                             std::optional<uint32_t> By) {
  const MappedFile &File = Found.Library.File;
  if (auto Known = known(File.Identity)) {
    File.unmap();
    return *Known;
  }
  auto Number = static_cast<uint32_t>(All.size());
  All.push({.Name = Names.keep(Name),
            .Path = Found.Path,
            .Tables = Found.Library.Tables,
            .File = File,
            .Loaded = {},
            .NeededBy = By.value_or(Number),
            .IsFollowed = false});
  return Number;
}

Result<uint32_t, Problem> LibraryClosure::find(std::string_view Name) {
  return findFor(Name, std::nullopt);
}

/// Has \p Found be what \p Name leads to, if that is the same file.
bool LibraryClosure::findByOtherName(std::string_view Name,
                                     FoundLibrary &Found) {
  auto Other = Search.find(Name, nullptr);
  if (!Other)
    return false;
  bool IsSame = Other->Library.File.Identity == Found.Library.File.Identity;
  (IsSame ? Found : *Other).Library.File.unmap();
  if (IsSame)
    Found = *Other;
  return IsSame;
}

/// As a linker has found \p File, by the file's name, for which the program
/// has the dynamic linker search its directory.
Result<uint32_t, Problem>
LibraryClosure::addWithoutSoname(std::string_view File, FoundLibrary Found) {
  size_t Slash = File.rfind('/');
  std::string_view Directory = File, Name = File;
  Directory.remove_suffix(File.size() - Slash);
  Name.remove_prefix(Slash + 1);
  // What has a meaning in a list of directories.
  if (Directory.find_first_of(":$") != Directory.npos || known(Name))
    return add(File, Found, std::nullopt);
  for (const char *Each : directories())
    if (Each == Directory)
      return add(findByOtherName(Name, Found) ? Name : File, Found,
                 std::nullopt);
  addDirectory(Directory);
  if (findByOtherName(Name, Found))
    return add(Name, Found, std::nullopt);
  Search.dropLastDirectory();
  return add(File, Found, std::nullopt);
}

Result<uint32_t, Problem> LibraryClosure::findLinked(std::string_view File,
                                                     bool IsByName) {
  if (auto Known = known(File))
    return *Known;
  auto Found = Search.find(File, nullptr);
  if (!Found)
    return Found.error();
  std::string_view Soname = Names.keep(Found->Library.Tables.soname());
  size_t Slash = File.rfind('/');
  if (Soname.empty())
    return IsByName && Slash != File.npos && Slash != 0
               ? addWithoutSoname(File, *Found)
               : add(File, *Found, std::nullopt);
  if (Slash == File.npos) {
    auto Native = find(Soname);
    if (!Native)
      return add(File, *Found, std::nullopt);
    Found->Library.File.unmap();
    return *Native;
  }
  if (!known(Soname) && findByOtherName(Soname, *Found))
    return add(Soname, *Found, std::nullopt);
  // As in a directory of -rpath: not by the name of the link for linkers.
  List<char> Path;
  Path.append(File.data(), Slash + 1);
  Path.append(Soname.data(), Soname.size());
  std::string_view Beside(Path.data(), Path.size());
  return add(findByOtherName(Beside, *Found) ? Beside : File, *Found,
             std::nullopt);
}

Result<void, Problem> LibraryClosure::follow(uint32_t Number,
                                             List<uint32_t> &Further) {
  if (All[Number].IsFollowed)
    return {};
  size_t NeedsBefore = Needs.size();
  std::optional<Problem> Missing;
  // A copy: the list grows.
  DynamicTables Tables = All[Number].Tables;
  Tables.forEachNeeded([&](std::string_view Name) {
    if (Missing)
      return;
    if (auto Found = findFor(Name, Number)) {
      Needs.push({Number, *Found});
      Further.push(*Found);
    } else if (!All[Number].Loaded) {
      // What a loaded one needs is loaded, under whatever name.
      Missing = Found.error();
    }
  });
  if (Missing) {
    Needs.resize(NeedsBefore);
    return *Missing;
  }
  All[Number].IsFollowed = true;
  return {};
}

Result<void, Problem> LibraryClosure::require(uint32_t Number) {
  List<uint32_t> Pending;
  Pending.push(Number);
  for (size_t I = 0; I != Pending.size(); ++I)
    if (auto Followed = follow(Pending[I], Pending); !Followed)
      return Followed;
  Required.push(Number);
  return {};
}

List<uint32_t> LibraryClosure::order() const {
  List<uint32_t> Order;
  List<uint8_t> IsIn;
  IsIn.resize(All.size());
  std::memset(IsIn.data(), 0, IsIn.size());
  auto Add = [&](uint32_t Number) {
    if (!IsIn[Number])
      Order.push(Number);
    IsIn[Number] = 1;
  };
  for (uint32_t Number : Required)
    Add(Number);
  for (size_t I = 0; I != Order.size(); ++I)
    for (const Need &Each : Needs)
      if (Each.From == Order[I])
        Add(Each.To);
  return Order;
}

} // namespace remoterun::executor
