//===- EmbeddedBitcode.cpp - IR that an object carries --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/EmbeddedBitcode.h"

#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Object/ObjectFile.h"

using namespace llvm;

namespace remoterun::jit {

std::optional<EmbeddedBitcode> findEmbeddedBitcode(MemoryBufferRef Input) {
  auto File = object::ObjectFile::createObjectFile(Input);
  if (!File) {
    consumeError(File.takeError());
    return std::nullopt;
  }
  for (const object::SectionRef &Section : (*File)->sections()) {
    auto Name = Section.getName();
    auto Contents = Section.getContents();
    if (Name && Contents && (*Name == ".llvmbc" || *Name == ".llvm.lto") &&
        identify_magic(*Contents) == file_magic::bitcode)
      return EmbeddedBitcode{*Name, *Contents};
    if (!Name)
      consumeError(Name.takeError());
    if (!Contents)
      consumeError(Contents.takeError());
  }
  return std::nullopt;
}

} // namespace remoterun::jit
