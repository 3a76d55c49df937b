//===- TargetOptions.cpp - Which machine to compile for and run on --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TargetOptions.h"
#include "CommandLine.h"
#include "OptionTable.h"
#include "jit/target/Backends.h"
#include "wire/ExecutorStart.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

namespace {

/// What is for other machines has this place, seen from the programs' folder;
/// and they have this one, seen from there.
constexpr StringLiteral TargetFolder = REMOTERUN_TARGET_FOLDER;
constexpr StringLiteral FromTargetFolder = REMOTERUN_FROM_TARGET_FOLDER;
constexpr StringLiteral AllTargetsProgram = "remote-run-all-targets";

std::string inTargetFolder(const std::string &Name) {
  SmallString<256> Path(programFolder());
  sys::path::append(Path, TargetFolder, Name);
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

std::string supportedTargets() {
  std::string Names;
  for (const jit::Isa *Each : jit::allIsas())
    Names += (Names.empty() ? "" : ", ") + Each->Multiarch.str();
  return Names;
}

/// Null for none of ours.
const jit::Isa *parseTarget(StringRef Name) {
  // Debian's names of ports that LLVM does not know.
  Name = StringSwitch<StringRef>(Name)
             .Case("armhf", "arm-linux-gnueabihf")
             .Case("arm", "arm-linux-gnueabihf")
             .Case("ppc64el", "powerpc64le-linux-gnu")
             .Default(Name);
  Triple Parsed(Triple::normalize(Name));
  if (Parsed.getArch() == Triple::UnknownArch ||
      (Parsed.getOS() != Triple::Linux && Parsed.getOS() != Triple::UnknownOS))
    return nullptr;
  const jit::Isa *Found = jit::findIsa(Parsed.getArch());
  // Other calling conventions and C libraries are other ports.
  auto Environment = Parsed.getEnvironment();
  if (Found && Environment != Triple::UnknownEnvironment &&
      Environment != Triple(Found->Triple).getEnvironment())
    return nullptr;
  return Found;
}

/// The machine that the ELF file \p Path is for; null if it is none.
const jit::Isa *machineOf(const std::string &Path) {
  auto Start = MemoryBuffer::getFileSlice(Path, sizeof(ELF::Elf64_Ehdr), 0);
  if (!Start)
    return nullptr;
  auto File = object::ObjectFile::createELFObjectFile(
      (*Start)->getMemBufferRef(), /*InitContent=*/false);
  if (!File) {
    consumeError(File.takeError());
    return nullptr;
  }
  return jit::findIsa((*File)->getArch());
}

Failure missing(const std::string &What, const std::string &Remedy) {
  constexpr int NotFound = 127;
  return {Blame::Launch, What + "; " + Remedy, NotFound};
}

Expected<std::string> findStub(const jit::Isa &Target) {
  std::string Path = inTargetFolder(Target.Multiarch.str() + "/remote-stub");
  if (sys::fs::exists(Path))
    return Path;
  return missing("there is no executor for " + Target.Multiarch.str() +
                     ": no file '" + Path + "'",
                 "build it with utils/build-stubs " + Target.Multiarch.str() +
                     ", or name another with --stub=FILE");
}

/// As execvp(3) will find it, also where there is no PATH.
bool isProgram(const std::string &Name) {
  static constexpr StringRef Usual[] = {"/bin", "/usr/bin"};
  ArrayRef<StringRef> Folders;
  if (!std::getenv("PATH"))
    Folders = Usual;
  return static_cast<bool>(sys::findProgramByName(Name, Folders));
}

/// qemu-user with the libraries of the target.
Expected<void> findEmulator(driver::TargetChoice &Choice,
                            const std::string &GuestName) {
  const jit::Isa &Target = *Choice.Isa;
  std::string Name = "qemu-" + Target.EmulatorName.str();
  if (!options::Emulator.empty())
    Name = options::Emulator;
  bool HasOne = isProgram(Name);
  if (!HasOne && isProgram(Name + "-static"))
    Name += "-static";
  else if (!HasOne)
    return missing(
        "there is no emulator for " + Target.Multiarch.str() + ": neither " +
            Name + " nor " + Name + "-static is in PATH",
        "Debian's packages qemu-user and qemu-user-static have them");
  std::string &Root = Choice.Root;
  Root = options::Sysroot;
  if (Root.empty())
    Root = "/usr/" + Target.Multiarch.str();
  if (!sys::fs::is_directory(Root + "/lib"))
    return missing("there are no libraries of " + Target.Multiarch.str() +
                       " in '" + Root + "'",
                   "install Debian's package libc6-" + Target.PortName.str() +
                       "-cross, or name another folder with --sysroot=DIR");
  Choice.Emulator = {Name, "-L", Root, "-0", GuestName};
  // What the user says of its memory is the program's, too.
  if (sys::path::filename(Name).starts_with("qemu-") &&
      !std::getenv(wire::EmulatorVariable)) {
    Choice.Emulator.insert(Choice.Emulator.end(),
                           {wire::EmulatorHides, wire::EmulatorVariable});
    Choice.EmulatorEnvironment = {std::string(wire::EmulatorVariable) + "=" +
                                  wire::EmulatorValue};
  }
  return {};
}

} // namespace

std::string programFolder() {
  static int Anchor;
  SmallString<256> Path(sys::fs::getMainExecutable(nullptr, &Anchor));
  sys::path::remove_filename(Path);
  if (jit::HasAllBackends) {
    sys::path::append(Path, FromTargetFolder);
    sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  }
  return std::string(Path);
}

std::string passesProgram() {
  if (!jit::HasAllBackends)
    return programFolder() + "/remote-passes";
  return inTargetFolder("remote-passes-all-targets");
}

namespace {

/// What the options say; null for nothing.
Expected<const jit::Isa *> targetGiven(const std::string &MachineTriple,
                                       const driver::LaunchSettings &Launch) {
  const std::string &Name = options::Target;
  const jit::Isa *Wanted = nullptr;
  if (!Name.empty()) {
    Wanted = parseTarget(Name);
    if (!Wanted)
      return Failure{Blame::Usage, "--target=" + Name +
                                       ": unknown target; known are " +
                                       supportedTargets()};
  }
  if (!MachineTriple.empty()) {
    // Others than ours are an error that code generation explains.
    const jit::Isa *Compiled = parseTarget(MachineTriple);
    if (Wanted && Compiled != Wanted)
      return Failure{Blame::Usage, "--target=" + Name + " and --mtriple=" +
                                       MachineTriple + " are not one machine"};
    return Compiled;
  }
  // At the far end it is no file of ours.
  if (Wanted || options::Stub.empty() || Launch.Forwarded)
    return Wanted;
  return machineOf(options::Stub);
}

/// Whether a launcher that the user gave brings the emulator along, or leads to
/// a machine that needs none.
bool needsNoEmulator(const driver::LaunchSettings &Launch) {
  return (Launch.Forwarded && !Launch.Launcher.empty()) ||
         any_of(Launch.Launcher, [](StringRef Word) {
           return sys::path::filename(Word).starts_with("qemu-");
         });
}

} // namespace

Expected<driver::TargetChoice>
options::chosenTarget(const std::string &MachineTriple,
                      const std::string &GuestName,
                      const driver::LaunchSettings &Launch) {
  driver::TargetChoice Choice;
  auto Given = targetGiven(MachineTriple, Launch);
  if (!Given)
    return Given.error();
  Choice.IsGiven = *Given;
  Choice.Isa = *Given ? *Given : &driver::TargetChoice::host();
  Choice.Stub = options::Stub;
  if (Choice.isHost()) {
    if (Choice.Stub.empty())
      Choice.Stub = programFolder() + "/remote-stub";
    return Choice;
  }
  if (!jit::HasAllBackends)
    return becomeProgramFor(*Choice.Isa);
  if (Choice.Stub.empty()) {
    auto Found = findStub(*Choice.Isa);
    if (!Found)
      return Found.error();
    Choice.Stub = std::move(*Found);
  }
  if (needsNoEmulator(Launch))
    return Choice;
  if (auto Found = findEmulator(Choice, GuestName); !Found)
    return Found.error();
  return Choice;
}

Failure becomeProgramFor(const jit::Isa &Target) {
  std::string Path = inTargetFolder(AllTargetsProgram.str());
  std::vector<std::string> Words =
      commandLineForOtherProgram("--target=" + Target.Multiarch.str());
  std::vector<char *> Arguments;
  for (std::string &Word : Words)
    Arguments.push_back(Word.data());
  Arguments.push_back(nullptr);
  ::execv(Path.c_str(), Arguments.data());
  std::string Name = Target.Multiarch.str();
  if (errno == ENOENT)
    return missing("there is no compiler for " + Name + ": no file '" +
                       std::string(Path) + "'",
                   "build it with 'cmake --build build', and the executor with "
                   "'utils/build-stubs " +
                       Name + "'");
  constexpr int CannotExecute = 126;
  return {Blame::Launch,
          "cannot compile for " + Name + " with '" + std::string(Path) +
              "': " + std::strerror(errno),
          CannotExecute};
}

} // namespace remoterun
