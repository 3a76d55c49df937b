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
#include "jit/debug/PerfDump.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

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
    Linker.describe(jit::makeDebugImage(Linker.record(), Engine.end()), "");
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

/// A new folder where perf's other writers (LLVM's own engines, Java's) have
/// theirs, too.
Expected<std::string> makeOwnFolder() {
  const char *Given = std::getenv("JITDUMPDIR");
  const char *Start = Given && Given[0] != '\0' ? Given : std::getenv("HOME");
  SmallString<256> Path(Start && Start[0] != '\0' ? Start : ".");
  sys::path::append(Path, ".debug", "jit");
  if (std::error_code Error = sys::fs::create_directories(Path))
    return cannotMakeFolder(Path, Error.message());
  sys::path::append(Path, "remote-run-XXXXXX");
  std::string Name(Path);
  if (!::mkdtemp(Name.data()))
    return cannotMakeFolder(Name, std::strerror(errno));
  return Name;
}

} // namespace

Expected<void> PerfFile::write(const DebugSettings &Settings, pid_t ProcessId,
                               ProgramLinker &Linker,
                               controller::Session &Link) {
  if (!Settings.PerfFolder)
    return {};
  // perf believes what comes last of an address: the functions, if they are
  // younger than the pages that they are in. The executor has protected those
  // when it answers, and only then.
  if (auto Asked = Link.sendLookup({}); !Asked)
    return Asked;
  if (auto Answered = Link.receiveLookupReply(); !Answered)
    return Answered.error();
  std::string Folder = *Settings.PerfFolder;
  if (Folder.empty()) {
    auto Made = makeOwnFolder();
    if (!Made)
      return Made.error();
    Folder = OwnFolder = *Made;
  } else if (std::error_code Error = sys::fs::create_directories(Folder)) {
    return cannotMakeFolder(Folder, Error.message());
  }
  SmallString<256> Name(Folder);
  sys::fs::make_absolute(Name);
  // perf knows it by this name.
  sys::path::append(Name, "jit-" + std::to_string(ProcessId) + ".dump");
  // Of an earlier process of this number.
  sys::fs::remove(Name);
  Path = Name.str();
  controller::FileSizeSignalBlock LimitFails;
  return jit::writePerfDump(Path, static_cast<uint32_t>(ProcessId),
                            jit::makeDebugImage(Linker.record(), {}),
                            Linker.engine()->memory());
}

PerfFile::~PerfFile() {
  if (IsKept)
    return;
  if (!Path.empty())
    sys::fs::remove(Path);
  if (!OwnFolder.empty())
    sys::fs::remove(OwnFolder);
}

} // namespace remoterun::driver
