//===- LibraryDirectories.cpp - Where a target's libraries are ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/LibraryDirectories.h"
#include "jit/base/LlvmVersion.h"
#include "jit/target/Isa.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// The newest gcc's, which is the one that drivers use.
std::string newestIn(const std::string &Folder) {
  std::string Newest;
  unsigned Most = 0;
  std::error_code Error;
  for (sys::fs::directory_iterator Entry(Folder, Error), End;
       Entry != End && !Error; Entry.increment(Error)) {
    unsigned Major;
    StringRef Name = sys::path::filename(Entry->path());
    if (Name.consumeInteger(10, Major) || Major < Most)
      continue;
    Most = Major;
    Newest = Entry->path();
  }
  return Newest;
}

} // namespace

std::vector<LibraryDirectory> libraryDirectories(const Isa &Target,
                                                 StringRef Root) {
  const std::string Multiarch = Target.Multiarch.str();
  std::vector<LibraryDirectory> Directories;
  std::string Gcc = newestIn(
      (Root.empty() ? "/usr/lib/gcc/" : "/usr/lib/gcc-cross/") + Multiarch);
  if (!Gcc.empty())
    Directories.push_back({Gcc, /*IsOfLoader=*/false});
  for (const std::string &Path :
       {"/usr/local/lib/" + Multiarch, "/lib/" + Multiarch,
        "/usr/lib/" + Multiarch, std::string("/lib64"),
        std::string("/usr/lib64"), std::string("/usr/local/lib"),
        std::string("/lib"), std::string("/usr/lib")})
    Directories.push_back({Root.str() + Path});
  if (Root.empty())
    Directories.push_back({llvmFolder() + "/lib", /*IsOfLoader=*/false});
  return Directories;
}

std::string llvmFolder() {
  const std::string Version = std::to_string(llvm_version::Major);
  if (auto Clang = sys::findProgramByName("clang-" + Version)) {
    SmallString<128> Real;
    if (!sys::fs::real_path(*Clang, Real))
      return sys::path::parent_path(sys::path::parent_path(Real)).str();
  }
  return "/usr/lib/llvm-" + Version;
}

} // namespace remoterun::jit
