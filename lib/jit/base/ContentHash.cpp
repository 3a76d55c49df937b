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
  auto Hash = hashOfOpenFile(*Opened);
  sys::fs::closeFile(*Opened);
  return Hash;
}

ErrorOr<std::string> hashOfOpenFile(int File) {
  BLAKE3 Hash;
  // It stays in a processor's nearer caches.
  constexpr size_t BufferSize = 64 * 1024;
  SmallVector<char, 0> Buffer;
  Buffer.resize_for_overwrite(BufferSize);
  for (;;) {
    auto Count = sys::fs::readNativeFile(File, Buffer);
    if (!Count)
      return errorToErrorCode(Count.takeError());
    if (*Count == 0)
      return bytesOf(Hash.final());
    Hash.update(StringRef(Buffer.data(), *Count));
  }
}

} // namespace remoterun::jit
