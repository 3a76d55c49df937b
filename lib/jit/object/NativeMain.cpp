//===- NativeMain.cpp - A main file that is no IR -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/NativeMain.h"
#include "jit/object/BitcodeSymbols.h"
#include "jit/target/Isa.h"

#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace remoterun::jit {

NativeKind nativeKindOf(MemoryBufferRef File) {
  switch (identify_magic(File.getBuffer())) {
  case file_magic::elf_relocatable:
    return NativeKind::Object;
  case file_magic::archive:
    return NativeKind::Archive;
  default:
    return NativeKind::None;
  }
}

namespace {

/// Null if the header of \p Object, which may be bitcode, does not tell, or
/// names another than ours.
const Isa *isaOfObject(MemoryBufferRef Object) {
  if (isBitcode(Object.getBuffer())) {
    auto Named = getBitcodeTargetTriple(Object);
    if (Named)
      return findIsa(Triple(*Named).getArch());
    consumeError(Named.takeError());
    return nullptr;
  }
  auto File = object::ObjectFile::createObjectFile(Object);
  if (!File) {
    consumeError(File.takeError());
    return nullptr;
  }
  return findIsa((*File)->getArch());
}

/// That of the first member that tells.
const Isa *isaOfArchive(MemoryBufferRef File) {
  auto Archive = object::Archive::create(File);
  if (!Archive) {
    consumeError(Archive.takeError());
    return nullptr;
  }
  const Isa *Found = nullptr;
  Error Failure = Error::success();
  for (const object::Archive::Child &Member : (*Archive)->children(Failure)) {
    auto Contents = Member.getMemoryBufferRef();
    if (Contents)
      Found = isaOfObject(*Contents);
    else
      consumeError(Contents.takeError());
    if (Found)
      break;
  }
  consumeError(std::move(Failure));
  return Found;
}

} // namespace

std::string standInFor(MemoryBufferRef File) {
  const Isa *Found = nativeKindOf(File) == NativeKind::Archive
                         ? isaOfArchive(File)
                         : isaOfObject(File);
  return Found ? ("target triple = \"" + Found->Triple + "\"\n").str() : "";
}

} // namespace remoterun::jit
