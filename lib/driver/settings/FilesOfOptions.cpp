//===- FilesOfOptions.cpp - What options have LLVM read -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/settings/FilesOfOptions.h"
#include "jit/base/ContentHash.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

/// Of contents that may be there or not.
std::string hashIfReadable(const std::string &File) {
  auto Hash = jit::hashOfFile(File);
  return Hash ? std::move(*Hash) : std::string();
}

} // namespace

FilesOfOptions::FilesOfOptions(const std::vector<std::string> &Arguments) {
  for (StringRef Argument : Arguments) {
    StringRef Value =
        Argument.starts_with("-") ? Argument.split('=').second : Argument;
    add(Value.str());
    // In pipelines of passes, and in lists.
    SmallVector<StringRef, 8> Pieces;
    SplitString(Value, Pieces, ",;=<>()");
    for (StringRef Piece : Pieces)
      add(Piece.str());
  }
}

void FilesOfOptions::add(const std::string &Name) {
  sys::fs::file_status Status;
  bool IsKnown =
      any_of(Files, [&](const File &Each) { return Each.Name == Name; });
  if (Name.empty() || IsKnown || sys::fs::status(Name, Status) ||
      sys::fs::is_directory(Status))
    return;
  if (sys::fs::is_regular_file(Status))
    Files.push_back({Name, hashIfReadable(Name)});
  else
    WithoutHash = Name;
}

std::vector<std::string> FilesOfOptions::hashes() const {
  std::vector<std::string> Hashes;
  for (const File &Each : Files)
    Hashes.push_back("file of an option " + Each.Hash);
  return Hashes;
}

bool FilesOfOptions::areAsTheyWere() const {
  return all_of(Files, [](const File &Each) {
    return hashIfReadable(Each.Name) == Each.Hash;
  });
}

} // namespace remoterun::driver
