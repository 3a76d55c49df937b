//===- KeyedFile.cpp - A file that is used only if it fits ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/KeyedFile.h"
#include "jit/LlvmErrors.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Changed whenever what is done to the IR before code generation changes.
constexpr StringLiteral KeyVersion =
    "remote-run object 2, LLVM " LLVM_VERSION_STRING;

constexpr StringLiteral Marker = "RRUN-KEY";
constexpr size_t TrailerSize = 8 + 2 * sizeof(CacheKey);

StringRef asText(const CacheKey &Key) {
  return {reinterpret_cast<const char *>(Key.data()), Key.size()};
}

std::string makeTrailer(StringRef Bytes, const CacheKey &Key) {
  CacheKey Checksum = BLAKE3::hash(arrayRefFromStringRef(Bytes));
  return (Marker + asText(Key) + asText(Checksum)).str();
}

} // namespace

CacheKey makeCacheKey(const std::vector<std::string> &Parts, StringRef Last) {
  BLAKE3 Hash;
  auto Add = [&](StringRef Part) {
    Hash.update(std::to_string(Part.size()) + ":");
    Hash.update(Part);
  };
  Add(KeyVersion);
  for (const std::string &Part : Parts)
    Add(Part);
  Add(Last);
  return Hash.final();
}

std::optional<ObjectBytes> readKeyedFile(const std::string &Path,
                                         const CacheKey &Key) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  StringRef Contents = (*Buffer)->getBuffer();
  if (Contents.size() < TrailerSize)
    return std::nullopt;
  StringRef Bytes = Contents.drop_back(TrailerSize);
  StringRef Trailer = Contents.take_back(TrailerSize);
  // The key first: it costs nothing.
  if (!Trailer.starts_with((Marker + asText(Key)).str()) ||
      Trailer != makeTrailer(Bytes, Key))
    return std::nullopt;
  return ObjectBytes(Bytes.begin(), Bytes.end());
}

namespace {

/// The file under another name, or nothing of it.
Error writeTemporary(sys::fs::TempFile &File, StringRef Bytes,
                     const CacheKey &Key) {
  raw_fd_ostream Out(File.FD, /*shouldClose=*/false);
  Out << Bytes << makeTrailer(Bytes, Key);
  Out.flush();
  std::error_code E = Out.error();
  // Or the stream ends the process: the disk may be full.
  Out.clear_error();
  return errorCodeToError(E);
}

} // namespace

Expected<void> writeKeyedFile(const std::string &Path, StringRef Bytes,
                              const CacheKey &Key) {
  const std::string What = "cannot keep '" + Path + "'";
  StringRef Folder = sys::path::parent_path(Path);
  std::error_code E;
  if (!Folder.empty() && (E = sys::fs::create_directories(Folder)))
    return Failure{Blame::Internal, What + ": " + E.message()};
  auto File = sys::fs::TempFile::create(
      Path + ".%%%%%%.tmp", sys::fs::owner_read | sys::fs::owner_write);
  if (!File)
    return fromLlvm(Blame::Internal, What, File.takeError());
  if (Error Failed = writeTemporary(*File, Bytes, Key)) {
    consumeError(File->discard());
    return fromLlvm(Blame::Internal, What, std::move(Failed));
  }
  if (Error Failed = File->keep(Path))
    return fromLlvm(Blame::Internal, What, std::move(Failed));
  return {};
}

} // namespace remoterun::jit
