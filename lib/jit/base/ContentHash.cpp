//===- ContentHash.cpp - By what contents are known -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/ContentHash.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

std::string bytesOf(const BLAKE3Result<> &Hash) {
  return std::string(Hash.begin(), Hash.end());
}

} // namespace

std::string hashOf(StringRef Contents) {
  return bytesOf(BLAKE3::hash(arrayRefFromStringRef(Contents)));
}

ErrorOr<std::string> hashOfFile(const std::string &File) {
  auto Opened = sys::fs::openNativeFileForRead(File);
  if (!Opened)
    return errorToErrorCode(Opened.takeError());
  BLAKE3 Hash;
  // It stays in a processor's nearer caches.
  constexpr size_t BufferSize = 64 * 1024;
  SmallVector<char, 0> Buffer;
  Buffer.resize_for_overwrite(BufferSize);
  std::error_code Failed;
  for (;;) {
    auto Count = sys::fs::readNativeFile(*Opened, Buffer);
    if (!Count)
      Failed = errorToErrorCode(Count.takeError());
    if (Failed || *Count == 0)
      break;
    Hash.update(StringRef(Buffer.data(), *Count));
  }
  sys::fs::closeFile(*Opened);
  if (Failed)
    return Failed;
  return bytesOf(Hash.final());
}

} // namespace remoterun::jit
