//===- RequestedLibraries.cpp - The libraries that Load names -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/RequestedLibraries.h"
#include "executor/base/CString.h"
#include "executor/base/Libc.h"
#include "executor/loader/ExecutableStacks.h"
#include "executor/symbols/DefaultLibraries.h"
#include "executor/symbols/ShimTable.h"

#include <cstdio>
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// Lazy and global, as a native program's own DT_NEEDED entries are bound.
constexpr int OpenFlags = RTLD_LAZY | RTLD_GLOBAL;

void *open(const char *Name) { return libc.dlopen(Name, OpenFlags); }

CString joined(std::string_view Directory, std::string_view Name,
               const char *Suffix) {
  List<char> Path;
  auto Add = [&Path](std::string_view Part) {
    Path.append(Part.data(), Part.size());
  };
  if (!Directory.empty()) {
    Add(Directory);
    Add("/");
  }
  Add("lib");
  Add(Name);
  Add(".so");
  Add(Suffix);
  return CString({Path.data(), Path.size()});
}

/// ld's -l, without the development package: where lib<name>.so is missing, or
/// is a linker script (as libm.so is), the versioned name is tried. Calls \p
/// Try with one file after the other until it returns true.
template <typename TryT>
bool tryFiles(const wire::Load &Request, std::string_view Name, TryT Try) {
  for (std::string_view Directory : Request.Directories)
    if (Try(joined(Directory, Name, "").get()))
      return true;
  if (Try(joined("", Name, "").get()))
    return true;
  for (unsigned Version = 0; Version != 20; ++Version) {
    char Suffix[8];
    snprintf(Suffix, sizeof(Suffix), ".%u", Version);
    if (Try(joined("", Name, Suffix).get()))
      return true;
  }
  return false;
}

Expected<void *> openByName(const wire::Load &Request, std::string_view Name) {
  // The reason why a file that is there could not be used.
  Failure Why;
  bool IsThere = false;
  void *Handle = nullptr;
  auto Open = [&](const char *File) {
    Handle = open(File);
    if (Handle)
      return true;
    const char *Reason = libc.dlerror();
    if (Reason && ::access(File, F_OK) == 0) {
      Why = failure("%s", Reason);
      IsThere = true;
    }
    return false;
  };
  if (tryFiles(Request, Name, Open))
    return Handle;
  if (IsThere)
    return Why;
  return failure("no lib%.*s.so in the directories of -L or the system's",
                 static_cast<int>(Name.size()), Name.data());
}

Expected<void *> openByPath(std::string_view Path) {
  if (void *Handle = open(CString(Path).get()))
    return Handle;
  const char *Reason = libc.dlerror();
  return failure("%s", Reason ? Reason : "unknown error");
}

Failure cannotLoad(std::string_view Library, const char *Why) {
  return failure("cannot load library '%.*s': %s%s",
                 static_cast<int>(Library.size()), Library.data(), Why,
                 wayToStacks(Why));
}

/// The dynamic linker's name for it.
const char *pathOf(void *Handle) {
  link_map *Object = nullptr;
  return libc.dlinfo(Handle, RTLD_DI_LINKMAP, &Object) == 0 ? Object->l_name
                                                            : "";
}

} // namespace

RequestedLibraries::RequestedLibraries(bool GivesShims)
    : GivesShims(GivesShims), LoadedAtStart(countLinkMap()) {}

void RequestedLibraries::prepareToOpen() const {
  if (GivesShims)
    giveShimsToLibraries();
}

/// The name of a library that the dynamic linker will find, as it seems; null
/// where it must be asked.
const char *RequestedLibraries::findFile(const wire::Load &Request,
                                         const wire::Load::Library &Library) {
  const char *Found = nullptr;
  auto Try = [&](const char *File) {
    if (auto Number = closure().findLinked(File, Library.NamedBy ==
                                                     wire::Load::Kind::Name))
      Found = Names.keep(closure()[*Number].Name);
    return Found != nullptr;
  };
  if (Library.NamedBy == wire::Load::Kind::Name)
    tryFiles(Request, Library.Text, Try);
  else
    Try(CString(Library.Text).get());
  const List<const char *> &Known = closure().directories();
  for (size_t I = Directories.size(); I < Known.size(); ++I)
    Directories.push(Names.keep(Known[I]));
  return Found;
}

bool RequestedLibraries::require(const char *Name) {
  auto Number = closure().find(Name);
  return Number && closure().require(*Number);
}

Expected<void> RequestedLibraries::add(const wire::Load &Request) {
  // All of them before what they need, as the dynamic linker does: one that was
  // found may be what another needs, which could not find it.
  List<const char *> Files;
  for (const wire::Load::Library &Library : Request.Libraries)
    Files.push(findFile(Request, Library));
  for (size_t I = 0; I != Files.size(); ++I) {
    const wire::Load::Library &Library = Request.Libraries[I];
    if (Files[I] && !Request.LoadNow && require(Files[I])) {
      Requested.push({Files[I], nullptr});
      continue;
    }
    prepareToOpen();
    Expected<void *> Handle = Files[I] ? open(Files[I]) : nullptr;
    if (!*Handle)
      Handle = Library.NamedBy == wire::Load::Kind::Name
                   ? openByName(Request, Library.Text)
                   : openByPath(Library.Text);
    if (!Handle)
      return cannotLoad(Library.Text, Handle.error().Reason);
    Requested.push({Names.keep(pathOf(*Handle)), *Handle});
    Closure.reset();
  }
  return {};
}

/// Where there is no image, nothing has directories for a name that is only the
/// file's.
const char *RequestedLibraries::fileOf(const char *Name) {
  auto Number = closure().find(Name);
  return Number && closure()[*Number].Tables.soname().empty()
             ? closure()[*Number].Path
             : Name;
}

Expected<void> RequestedLibraries::loadAll() {
  for (Library &Each : Requested) {
    if (Each.Handle)
      continue;
    prepareToOpen();
    auto Handle = openByPath(fileOf(Each.Name));
    if (!Handle)
      return cannotLoad(Each.Name, Handle.error().Reason);
    Each.Handle = *Handle;
    Closure.reset();
  }
  return {};
}

bool RequestedLibraries::loadDefault(unsigned Index) {
  if (TriedDefaults & (1u << Index))
    return false;
  TriedDefaults |= 1u << Index;
  prepareToOpen();
  if (!open(DefaultLibraries[Index]))
    return false;
  Closure.reset();
  return true;
}

std::optional<uint32_t> RequestedLibraries::findDefault(unsigned Index) {
  auto Number = closure().find(DefaultLibraries[Index]);
  if (!Number && loadDefault(Index))
    Number = closure().find(DefaultLibraries[Index]);
  return Number ? std::optional(*Number) : std::nullopt;
}

void RequestedLibraries::requireDefault(unsigned Index) {
  if (RequiredDefaults & (1u << Index))
    return;
  if (auto Number = findDefault(Index); Number && closure().require(*Number))
    RequiredDefaults |= 1u << Index;
}

LibraryClosure &RequestedLibraries::closure() {
  if (Closure)
    return *Closure;
  Closure.emplace();
  for (const char *Directory : Directories)
    Closure->addDirectory(Directory);
  for (const Library &Each : Requested)
    (void)!Closure->find(Each.Name);
  for (const Library &Each : Requested)
    (void)require(Each.Name);
  for (unsigned I = 0; I != DefaultLibraryCount; ++I)
    if (RequiredDefaults & (1u << I))
      (void)require(DefaultLibraries[I]);
  return *Closure;
}

List<std::string_view> RequestedLibraries::needed() {
  List<std::string_view> Needed;
  List<uint32_t> Numbers;
  auto Add = [&](const char *Name) {
    auto Number = closure().find(Name);
    if (!Number)
      return;
    auto Loaded = closure()[*Number].Loaded;
    bool IsThere = Loaded && *Loaded < LoadedAtStart;
    for (uint32_t Other : Numbers)
      IsThere |= Other == *Number;
    if (IsThere)
      return;
    Numbers.push(*Number);
    Needed.push(Name);
  };
  for (const Library &Each : Requested)
    Add(Each.Name);
  for (unsigned I = 0; I != DefaultLibraryCount; ++I)
    if (RequiredDefaults & (1u << I))
      Add(DefaultLibraries[I]);
  return Needed;
}

} // namespace remoterun::executor
