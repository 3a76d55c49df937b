//===- ObjectFileCache.cpp - lli's cache manager --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ObjectFileCache.h"
#include "jit/LlvmErrors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Changed whenever what is done to the IR before code generation changes.
constexpr StringRef KeyVersion =
    "remote-run object 1, LLVM " LLVM_VERSION_STRING;

constexpr StringRef Marker = "RRUN-KEY";
constexpr size_t TrailerSize = 8 + sizeof(CacheKey);

std::string makeTrailer(const CacheKey &Key) {
  return (Marker +
          StringRef(reinterpret_cast<const char *>(Key.data()), Key.size()))
      .str();
}

} // namespace

CacheKey makeCacheKey(const std::vector<std::string> &Parts) {
  BLAKE3 Hash;
  auto Add = [&](StringRef Part) {
    Hash.update(std::to_string(Part.size()) + ":");
    Hash.update(Part);
  };
  Add(KeyVersion);
  for (const std::string &Part : Parts)
    Add(Part);
  return Hash.final();
}

ObjectFileCache::ObjectFileCache(const std::string &Directory,
                                 const std::string &InputFile) {
  // Below the directory, whatever the input file's name says.
  SmallString<256> Input(InputFile);
  if (is_contained(make_range(sys::path::begin(Input), sys::path::end(Input)),
                   "..")) {
    sys::fs::make_absolute(Input);
    sys::path::remove_dots(Input, /*remove_dot_dot=*/true);
  }
  SmallString<256> Name(Directory);
  sys::path::append(Name, Input);
  sys::path::replace_extension(Name, ".o");
  Path = std::string(Name);
}

std::optional<ObjectBytes> ObjectFileCache::load(const CacheKey &Key) const {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  StringRef Contents = (*Buffer)->getBuffer();
  if (Contents.size() < TrailerSize || !Contents.ends_with(makeTrailer(Key)))
    return std::nullopt;
  Contents = Contents.drop_back(TrailerSize);
  return ObjectBytes(Contents.begin(), Contents.end());
}

Expected<void> ObjectFileCache::store(const ObjectBytes &Object,
                                      const CacheKey &Key) const {
  const std::string What = "cannot keep the object in '" + Path + "'";
  StringRef Folder = sys::path::parent_path(Path);
  std::error_code E;
  if (!Folder.empty() && (E = sys::fs::create_directories(Folder)))
    return Failure{Blame::Internal, What + ": " + E.message()};
  auto Write = [&](raw_ostream &Out) {
    Out << StringRef(Object.data(), Object.size()) << makeTrailer(Key);
    return Error::success();
  };
  if (Error Failed = writeToOutput(Path, Write))
    return fromLlvm(Blame::Internal, What, std::move(Failed));
  return {};
}

} // namespace remoterun::jit
