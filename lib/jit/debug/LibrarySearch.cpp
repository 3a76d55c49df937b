//===- LibrarySearch.cpp - Which installed library has a symbol -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/LibrarySearch.h"
#include "jit/object/SharedLibrary.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <tuple>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

StringRef InstalledLibrary::linkName() const {
  StringRef Name = Option;
  return Name.consume_front("-l") ? Name : "";
}

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto LongestSearch = std::chrono::seconds(2);
constexpr size_t MostLibraries = 8192;
constexpr uint64_t LargestLibrary = uint64_t(1) << 30;

/// The versions that -l tries where there is no lib<name>.so (see Symbols.cpp
/// of the executor).
constexpr unsigned VersionsOfL = 20;

/// What loads the file \p Name, "libz.so.1", of a directory that is the
/// system's or one of -L; empty for what is no library.
std::string optionFor(StringRef Name, StringRef Path, bool IsSystem) {
  auto [Stem, Version] = Name.split(".so");
  if (!Stem.consume_front("lib") || Stem.empty() ||
      Stem.size() + strlen("lib") == Name.size() ||
      (!Version.empty() && !Version.consume_front(".")))
    return "";
  unsigned Number;
  bool IsTried =
      Version.empty() || (IsSystem && !Version.getAsInteger(10, Number) &&
                          Number < VersionsOfL && Version == utostr(Number));
  return IsTried ? ("-l" + Stem).str() : ("--dlopen=" + Path).str();
}

/// Libraries that define what others define, to put themselves in between.
bool isInterposer(StringRef Name) {
  for (StringRef Prefix : {"libasan.", "libtsan.", "libubsan.", "liblsan.",
                           "libhwasan.", "libclang_rt.", "libmemusage."})
    if (Name.starts_with(Prefix))
      return true;
  return false;
}

class Search {
public:
  Search(const StringSet<> &Names, const Triple &Target)
      : Names(Names), Target(Target) {}

  void lookInto(StringRef Directory, bool IsSystem);

  std::vector<InstalledLibrary> Found;

private:
  bool isOver() const { return Looked >= MostLibraries || Clock::now() > End; }
  void lookAt(const std::string &Path, const std::string &Option);
  std::vector<std::string> symbolsOf(const std::string &Path);

  const StringSet<> &Names;
  const Triple &Target;
  const Clock::time_point End = Clock::now() + LongestSearch;
  size_t Looked = 0;
  /// What each file defines, whatever it is called.
  std::map<sys::fs::UniqueID, std::vector<std::string>> Seen;
};

void Search::lookAt(const std::string &Path, const std::string &Option) {
  sys::fs::file_status Status;
  // Devices and pipes may have no end.
  if (sys::fs::status(Path, Status) ||
      Status.type() != sys::fs::file_type::regular_file ||
      Status.getSize() > LargestLibrary)
    return;
  auto [Known, IsNew] = Seen.try_emplace(Status.getUniqueID());
  if (IsNew)
    Known->second = symbolsOf(Path);
  // By a path that only repeats what another name is good for, it is no news.
  if (!Known->second.empty() && (IsNew || StringRef(Option).starts_with("-l")))
    Found.push_back({sys::path::filename(Path).str(), Option, Known->second});
}

std::vector<std::string> Search::symbolsOf(const std::string &Path) {
  ++Looked;
  auto Bytes = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                     /*RequiresNullTerminator=*/false);
  if (!Bytes)
    return {};
  auto File = ObjectFile::createELFObjectFile(**Bytes);
  if (!File) {
    consumeError(File.takeError());
    return {};
  }
  if ((*File)->getArch() != Target.getArch())
    return {};
  std::vector<std::string> Found;
  forEachDynamicSymbol((*Bytes)->getBuffer(), [&](StringRef Name) {
    if (Names.contains(Name))
      Found.push_back(Name.str());
  });
  std::sort(Found.begin(), Found.end());
  Found.erase(std::unique(Found.begin(), Found.end()), Found.end());
  return Found;
}

void Search::lookInto(StringRef Directory, bool IsSystem) {
  std::vector<std::pair<std::string, std::string>> Files;
  std::error_code Error;
  for (sys::fs::directory_iterator Entry(Directory, Error), End;
       Entry != End && !Error; Entry.increment(Error)) {
    StringRef Name = sys::path::filename(Entry->path());
    std::string Option = optionFor(Name, Entry->path(), IsSystem);
    if (!Option.empty() && !isInterposer(Name))
      Files.emplace_back(std::move(Option), Entry->path());
  }
  // The name that -l knows first; "libz.so.1" rather than "libz.so", for it is
  // there without a development package, too.
  std::sort(Files.begin(), Files.end(), [](const auto &A, const auto &B) {
    bool AIsByPath = StringRef(A.first).starts_with("--");
    bool BIsByPath = StringRef(B.first).starts_with("--");
    return std::tuple(AIsByPath, A.first, B.second.size(), A.second) <
           std::tuple(BIsByPath, B.first, A.second.size(), B.second);
  });
  for (const auto &[Option, Path] : Files) {
    if (isOver())
      return;
    lookAt(Path, Option);
  }
}

} // namespace

std::vector<InstalledLibrary>
findInstalledLibraries(const StringSet<> &Names,
                       ArrayRef<std::string> Directories,
                       const Triple &Target) {
  Search Looking(Names, Target);
  for (const std::string &Directory : Directories)
    Looking.lookInto(Directory, /*IsSystem=*/false);
  const std::string MultiArch = (Target.getArchName() + "-linux-gnu").str();
  for (const std::string &Directory :
       {"/lib/" + MultiArch, "/usr/lib/" + MultiArch, std::string("/lib64"),
        std::string("/usr/lib64"), std::string("/lib"),
        std::string("/usr/lib")})
    Looking.lookInto(Directory, /*IsSystem=*/true);
  return std::move(Looking.Found);
}

} // namespace remoterun::jit
