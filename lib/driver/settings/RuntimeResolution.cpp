//===- RuntimeResolution.cpp - From --runtime to what is linked -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/settings/RuntimeResolution.h"
#include "jit/base/LlvmVersion.h"
#include "wire/ExecutorStart.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cstdlib>

using namespace llvm;

namespace remoterun::driver {

using Kind = jit::RuntimeLibrary::Kind;

namespace {

std::string namesOfRuntimes() {
  std::vector<StringRef> Names;
  for (const jit::CompilerRuntime &Each : jit::allRuntimes())
    if (Each.Refusal.empty())
      Names.push_back(Each.Name);
  return join(Names, ", ");
}

Failure usage(const std::string &Name, const std::string &What) {
  return {Blame::Usage, "--runtime=" + Name + ": " + What};
}

bool isPreloaded(const std::string &Name) {
  const jit::CompilerRuntime *Its = jit::findRuntime(Name);
  return Its && Its->Libraries[0].What == Kind::Preloaded;
}

Failure notThere(const std::string &Name, const jit::RuntimeLibrary &Library,
                 const jit::Isa &Target) {
  const std::string Version = std::to_string(jit::llvm_version::Major);
  return usage(Name, "there is no libclang_rt." + Library.Name.str() + " for " +
                         Target.Multiarch.str() + " in '" +
                         jit::runtimeFolder() +
                         "'; Debian's package libclang-rt-" + Version +
                         "-dev of that architecture has it, or another clang-" +
                         Version + " in PATH");
}

} // namespace

RuntimeResolution::RuntimeResolution(const std::vector<std::string> &Names,
                                     const LinkScope &Scope, LinkSettings &Line,
                                     LibraryResolution &Libraries)
    : HasPreloaded(any_of(Names, isPreloaded)), Scope(Scope), Line(Line),
      Libraries(Libraries) {}

Expected<void> RuntimeResolution::add(const std::string &Name) {
  const jit::CompilerRuntime *Wanted = jit::findRuntime(Name);
  if (!Wanted)
    return usage(Name, "unknown runtime; known are " + namesOfRuntimes());
  if (!Wanted->Refusal.empty())
    return usage(Name, Wanted->What.str() +
                           " is not supported: " + Wanted->Refusal.str());
  for (const jit::RuntimeLibrary &Library : Wanted->Libraries)
    if (!Library.IsInPreloaded || !HasPreloaded)
      if (auto Added = add(Library, Name); !Added)
        return Added;
  return {};
}

Expected<void> RuntimeResolution::add(const jit::RuntimeLibrary &Library,
                                      const std::string &Name) {
  switch (Library.What) {
  case Kind::None:
    return {};
  case Kind::Gprof:
    Line.StartsGprof = true;
    return {};
  case Kind::System:
    return Libraries.add(Library.Name, LibraryModes());
  case Kind::Archive:
  case Kind::WholeArchive:
  case Kind::Preloaded:
    break;
  }
  std::string File = jit::findRuntimeLibrary(Library, Scope.Target);
  if (File.empty())
    return notThere(Name, Library, Scope.Target);
  if (!Library.Wanted.empty())
    Line.Wanted.push_back(Library.Wanted.str());
  if (Library.What == Kind::Archive)
    Line.Inputs.push_back({jit::LinkInput::Kind::Archive, std::move(File)});
  else if (Library.What == Kind::WholeArchive)
    Line.Inputs.push_back(
        {jit::LinkInput::Kind::WholeArchive, std::move(File)});
  else if (Scope.StartsExecutor)
    Line.Preloaded.push_back(std::move(File));
  else
    // A launcher would be given it, too, or is elsewhere.
    return usage(Name, "it has to be loaded before all other libraries, "
                       "which only works without a launcher or an emulator; "
                       "have the launcher set LD_PRELOAD");
  return {};
}

void preload(const LinkSettings &Line, std::vector<std::string> &Environment) {
  if (Line.Preloaded.empty())
    return;
  std::string Ours = join(Line.Preloaded, ":"), Others;
  if (const char *Own = std::getenv("LD_PRELOAD"))
    Others = Own;
  for (const std::string &Variable : Environment)
    if (StringRef Value = Variable; Value.consume_front("LD_PRELOAD="))
      Others = Value.str();
  Environment.push_back(std::string(wire::PreloadedVariable) + "=" +
                        std::to_string(Ours.size()));
  Environment.push_back("LD_PRELOAD=" + Ours +
                        (Others.empty() ? "" : ":" + Others));
}

} // namespace remoterun::driver
