//===- LibrarySearch.cpp - Where the dynamic linker finds it --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibrarySearch.h"
#include "executor/base/Libc.h"

#include <cstdlib>
#include <dlfcn.h>
#include <sys/auxv.h>

namespace remoterun::executor {

using Problem = LibraryFile::Problem;

namespace {

/// The items of a list, the empty ones as well.
class Items {
public:
  Items(std::string_view All, std::string_view Separators)
      : Left(All), Separators(Separators) {}

  std::optional<std::string_view> next() {
    if (IsOver)
      return std::nullopt;
    std::string_view Item = Left;
    size_t End = Left.find_first_of(Separators);
    IsOver = End == Left.npos;
    if (!IsOver) {
      Item.remove_suffix(Left.size() - End);
      Left.remove_prefix(End + 1);
    }
    return Item;
  }

private:
  std::string_view Left, Separators;
  bool IsOver = false;
};

std::string_view directoryOf(std::string_view Path) {
  size_t Slash = Path.rfind('/');
  if (Slash == Path.npos)
    return ".";
  Path.remove_suffix(Path.size() - (Slash == 0 ? 1 : Slash));
  return Path;
}

void append(List<char> &Out, std::string_view Text) {
  Out.append(Text.data(), Text.size());
}

/// \p Path with $ORIGIN replaced, if that is known; false where it has another
/// token, whose meaning only the dynamic linker knows.
bool expand(std::string_view Path, std::string_view Origin, List<char> &Out) {
  while (!Path.empty()) {
    if (Path.front() != '$') {
      Out.push(Path.front());
      Path.remove_prefix(1);
      continue;
    }
    bool IsKnown = false;
    for (std::string_view Token : {"$ORIGIN", "${ORIGIN}"})
      if (!IsKnown && !Origin.empty() && Path.starts_with(Token)) {
        append(Out, Origin);
        Path.remove_prefix(Token.size());
        IsKnown = true;
      }
    if (!IsKnown)
      return false;
  }
  return true;
}

/// Where the dynamic linker searches for what the executable needs, in all.
List<const char *> directoriesOfDynamicLinker(TextStore &Texts) {
  List<const char *> Directories;
  void *Program = libc.dlopen(nullptr, RTLD_LAZY);
  Dl_serinfo Sizes;
  if (!Program || libc.dlinfo(Program, RTLD_DI_SERINFOSIZE, &Sizes) != 0)
    return Directories;
  // Aligned as whatever a list of pointers is.
  List<void *> Room;
  Room.resize(Sizes.dls_size / sizeof(void *) + 1);
  auto *Info = reinterpret_cast<Dl_serinfo *>(Room.data());
  *Info = Sizes;
  if (libc.dlinfo(Program, RTLD_DI_SERINFO, Info) != 0)
    return Directories;
  for (unsigned I = 0; I != Info->dls_cnt; ++I)
    Directories.push(Texts.keep(Info->dls_serpath[I].dls_name));
  return Directories;
}

} // namespace

/// At one name, in one place after the other, until it is decided.
class LibrarySearch::Attempt {
public:
  Attempt(TextStore &Texts, std::string_view Name) : Texts(Texts), Name(Name) {}

  bool isOver() const { return IsOver; }
  Result<FoundLibrary, Problem> take() {
    if (Found)
      return *Found;
    return Worst;
  }

  void path(const char *Path) {
    auto File = LibraryFile::open(Path);
    if (File)
      Found = {Texts.keep(Path), *File};
    else if (Worst == Problem::Missing)
      Worst = File.error();
    // The dynamic linker does not search on behind a damaged one.
    IsOver = File || File.error() == Problem::Damaged;
  }

  /// Each with a zero byte behind it.
  void paths(const List<std::string_view> &All) {
    for (std::string_view Each : All)
      if (!IsOver)
        path(Each.data());
  }

  /// \p Directory, or the current one where it is empty.
  void directory(std::string_view Directory) {
    List<char> Path;
    append(Path, Directory);
    if (!Directory.empty())
      Path.push('/');
    append(Path, Name);
    Path.push('\0');
    path(Path.data());
  }

  /// A list as LD_LIBRARY_PATH and DT_RUNPATH have it.
  void directories(std::string_view All, std::string_view Separators,
                   std::string_view Origin) {
    // Empty, it names no directory, not even the current one.
    if (All.empty())
      return;
    Items Each(All, Separators);
    while (auto Item = IsOver ? std::nullopt : Each.next()) {
      List<char> Expanded;
      if (expand(*Item, Origin, Expanded))
        directory({Expanded.data(), Expanded.size()});
    }
  }

private:
  TextStore &Texts;
  std::string_view Name;
  std::optional<FoundLibrary> Found;
  Problem Worst = Problem::Missing;
  bool IsOver = false;
};

LibrarySearch::LibrarySearch() {
  if (const char *Given = std::getenv("LD_LIBRARY_PATH");
      Given && ::getauxval(AT_SECURE) == 0)
    LibraryPath = Texts.keep(Given);
}

const LibraryCache &LibrarySearch::cache() {
  if (!Cache)
    Cache.emplace();
  return *Cache;
}

const List<const char *> &LibrarySearch::systemDirectories() {
  if (!SystemDirectories)
    SystemDirectories = directoriesOfDynamicLinker(Texts);
  return *SystemDirectories;
}

Result<FoundLibrary, Problem> LibrarySearch::find(std::string_view Name,
                                                  const Needer *By) {
  Attempt Trying(Texts, Name);
  std::string_view Origin = By ? directoryOf(By->Path) : std::string_view();
  if (Name.find('/') != Name.npos) {
    List<char> Path;
    if (expand(Name, Origin, Path)) {
      Path.push('\0');
      Trying.path(Path.data());
    }
    return Trying.take();
  }
  // DT_RPATH is inherited, and does not count where there is DT_RUNPATH.
  if (!By || By->Tables->runpath().empty())
    for (const Needer *Each = By; Each && !Trying.isOver();
         Each = Each->NeededBy)
      if (Each->Tables->runpath().empty())
        Trying.directories(Each->Tables->rpath(), ":", directoryOf(Each->Path));
  if (!Trying.isOver())
    Trying.directories(LibraryPath, ":;", /*Origin=*/"");
  if (By && !Trying.isOver())
    Trying.directories(By->Tables->runpath(), ":", Origin);
  for (const char *Directory : OfProgram)
    if (!By && !Trying.isOver())
      Trying.directory(Directory);
  if (By && By->Tables->avoidsDefaultDirectories())
    return Trying.take();
  if (!Trying.isOver())
    Trying.paths(cache().find(Name));
  if (!Trying.isOver())
    for (const char *Directory : systemDirectories())
      if (!Trying.isOver())
        Trying.directory(Directory);
  return Trying.take();
}

} // namespace remoterun::executor
