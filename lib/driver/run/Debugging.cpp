//===- Debugging.cpp - What debuggers and profilers are given -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/run/Debugging.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "controller/base/Tracer.h"
#include "jit/debug/DebugImage.h"
#include "jit/debug/DebugLink.h"
#include "jit/debug/PerfImage.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <cstdlib>
#include <unistd.h>

using namespace llvm;

namespace remoterun::driver {

Expected<std::optional<DebugFile>>
describeProgram(const DebugSettings &Settings, ProgramLinker &Linker,
                const controller::ExecutorProcess &Executor) {
  bool HasDebugInfo = Linker.hasDebugInfo();
  bool IsThere = Settings.Support
                     ? *Settings.Support
                     : Settings.Wait || (HasDebugInfo &&
                                         controller::isTraced(Executor.pid()));
  // Debuggers of another machine do not find our file.
  bool MayCome = !Settings.Support && HasDebugInfo && !Executor.isForwarded();
  std::optional<DebugFile> File;
  if (!IsThere && MayCome)
    File = DebugFile::create(Linker.debugPlace());
  if (Linker.wasLinkedBefore()) {
    bool WasDescribed = !Linker.debugPlace().isNull();
    bool IsDescribed = File && Linker.describeAgain(File->pathOfOneLength());
    if (IsDescribed || (!IsThere && !File && !WasDescribed))
      return File;
    if (auto Linked = Linker.relink(); !Linked)
      return Linked.error();
    if (File)
      File = DebugFile::create(Linker.debugPlace());
  }
  jit::RemoteEngine &Engine = *Linker.engine();
  if (IsThere)
    Linker.describe(jit::makeDebugImage(Linker.record(), Engine.end(),
                                        Linker.tellsDebuggers()),
                    "");
  else if (File)
    Linker.describe(
        jit::makeDebugLink(Engine.places(), File->pathOfOneLength()),
        File->pathOfOneLength());
  return File;
}

namespace {

Failure cannotMakeFolder(StringRef Path, const std::string &Why) {
  return {Blame::Usage, "--perf: cannot make the folder '" + Path.str() +
                            "': " + Why + "; name another with --perf=DIR"};
}

/// The folder that is named, or where perf's other writers (LLVM's own engines,
/// Java's) have theirs, too.
std::string folderFor(const DebugSettings &Settings) {
  SmallString<256> Path;
  if (Settings.PerfFolder && !Settings.PerfFolder->empty()) {
    Path = *Settings.PerfFolder;
  } else {
    const char *Given = std::getenv("JITDUMPDIR");
    const char *Start = Given && Given[0] != '\0' ? Given : std::getenv("HOME");
    Path = Start && Start[0] != '\0' ? Start : ".";
    sys::path::append(Path, ".debug", "jit");
  }
  sys::fs::make_absolute(Path);
  return std::string(Path);
}

} // namespace

Expected<void> PerfFile::write(const DebugSettings &Settings, StringRef Name,
                               ProgramLinker &Linker) {
  if (!Settings.wantsPerfFile())
    return {};
  SmallVector<char, 0> Image =
      jit::makePerfImage(Linker.record(), Linker.engine()->memory());
  std::string Folder = folderFor(Settings);
  Expected<void> Written;
  if (Image.empty())
    Written = Failure{Blame::Usage,
                      "--perf: no files are made for perf of programs for " +
                          std::string(Linker.record().map().isa().Triple)};
  else
    Written = writeTo(Folder, Name, Image);
  if (!Settings.PerfFolder)
    return {};
  AskedFolder = std::move(Folder);
  return Written;
}

Expected<void> PerfFile::writeTo(StringRef Folder, StringRef Name,
                                 ArrayRef<char> Image) {
  uint64_t Contents = xxh3_64bits(
      {reinterpret_cast<const uint8_t *>(Image.data()), Image.size()});
  SmallString<256> Wanted(Folder);
  sys::path::append(Wanted, "remote-run-" + utohexstr(Contents, true, 16));
  if (std::error_code Error = sys::fs::create_directories(Wanted))
    return cannotMakeFolder(Wanted, Error.message());
  sys::path::append(Wanted, Name);
  uint64_t SizeThere = 0;
  if (!sys::fs::file_size(Wanted, SizeThere) && SizeThere == Image.size()) {
    IsKept = true;
    Path = Wanted.str();
    return {};
  }
  // Under another name first: others may write the same, or read it.
  Path = (Wanted + "." + Twine(::getpid())).str();
  controller::FileSizeSignalBlock LimitFails;
  std::error_code Problem;
  raw_fd_ostream Out(Path, Problem, sys::fs::CD_CreateNew);
  if (!Problem) {
    Out.write(Image.data(), Image.size());
    Out.close();
    Problem = Out.error();
    Out.clear_error();
  }
  if (!Problem)
    Problem = sys::fs::rename(Path, Wanted);
  if (Problem) {
    sys::fs::remove(Path);
    Path.clear();
    sys::fs::remove(sys::path::parent_path(Wanted));
    return Failure{Blame::Internal, "cannot write '" + Wanted.str().str() +
                                        "' for perf: " + Problem.message()};
  }
  Path = Wanted.str();
  return {};
}

PerfFile::~PerfFile() {
  if (IsKept || Path.empty())
    return;
  sys::fs::remove(Path);
  // Only if nothing else is there.
  sys::fs::remove(sys::path::parent_path(Path));
}

} // namespace remoterun::driver
