//===- InputFiles.cpp - The files that the IR is in -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/InputFiles.h"
#include "jit/base/ContentHash.h"
#include "jit/object/EmbeddedBitcode.h"
#include "jit/object/ForeignInput.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/Magic.h"

using namespace llvm;

namespace remoterun::jit {

bool InputFile::isBitcode() const {
  return identify_magic(Contents->getBuffer()) == file_magic::bitcode;
}

namespace {

bool isMapped(const InputFile &File) {
  return File.Contents->getBufferKind() == MemoryBuffer::MemoryBuffer_MMap;
}

Failure cannotRead(const InputFile &File, std::error_code Why) {
  return {Blame::Input, "cannot read '" + File.Name + "': " + Why.message()};
}

/// Nothing but the hash is wanted of a program that is in the cache: a mapping
/// costs nothing, and neither its pages nor a copy are made for the hash.
Expected<void> hash(InputFile &File) {
  if (!isMapped(File)) {
    File.Hash = hashOf(File.Contents->getBuffer());
    return {};
  }
  auto Hash = hashOfFile(File.Name);
  if (!Hash)
    return cannotRead(File, Hash.getError());
  File.Hash = std::move(*Hash);
  return {};
}

/// What is mapped becomes a copy, and is hashed anew.
Expected<void> readForGood(InputFile &File) {
  // A volatile file is read, and not mapped.
  auto Buffer = MemoryBuffer::getFile(File.Name, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/true,
                                      /*IsVolatile=*/true);
  if (!Buffer)
    return cannotRead(File, Buffer.getError());
  File.Contents = std::move(*Buffer);
  File.Hash = hashOf(File.Contents->getBuffer());
  return {};
}

/// Has a module stand in for \p File, which is linked as it is.
Expected<void> standIn(InputFile &File, bool WithHash) {
  if (WithHash && isMapped(File))
    if (auto Read = readForGood(File); !Read)
      return Read;
  File.Linked = std::move(File.Contents);
  File.Contents =
      MemoryBuffer::getMemBufferCopy(standInFor(*File.Linked), File.Name);
  return {};
}

/// Leaves a copy of the IR of an object that carries it.
void takeEmbedded(InputFile &File) {
  if (identify_magic(File.Contents->getBuffer()) != file_magic::elf_relocatable)
    return;
  if (auto Found = findEmbeddedBitcode(*File.Contents))
    File.Contents = MemoryBuffer::getMemBufferCopy(Found->Contents, File.Name);
}

/// Finds out what \p File is, whose contents are there. \p CanBeNative: it may
/// be one that stands for itself in the link.
Expected<void> recognize(InputFile &File, bool WithHash, bool CanBeNative) {
  takeEmbedded(File);
  if (CanBeNative)
    File.Native = nativeKindOf(*File.Contents);
  if (File.Native == NativeKind::None)
    if (std::string Hint = describeForeignFile(*File.Contents); !Hint.empty())
      return Failure{Blame::Input,
                     "'" + File.Name + "' is not LLVM IR: " + Hint};
  if (WithHash)
    if (auto Hashed = hash(File); !Hashed)
      return Hashed;
  return File.Native == NativeKind::None ? Expected<void>()
                                         : standIn(File, WithHash);
}

Expected<InputFile> open(const std::string &File, bool WithHash,
                         bool CanBeNative) {
  InputFile Opened;
  Opened.Name = File == "-" ? "<stdin>" : File;
  auto Buffer = MemoryBuffer::getFileOrSTDIN(File);
  if (Buffer.getError() == std::errc::is_a_directory)
    return Failure{Blame::Input,
                   "'" + Opened.Name +
                       "' is a directory; name a file of LLVM IR in it"};
  if (!Buffer)
    return cannotRead(Opened, Buffer.getError());
  Opened.Contents = std::move(*Buffer);
  if (auto Known = recognize(Opened, WithHash, CanBeNative && File != "-");
      !Known)
    return Known.error();
  return Opened;
}

} // namespace

Expected<InputFile> inputInMemory(std::unique_ptr<MemoryBuffer> Contents,
                                  std::string Name) {
  InputFile Input;
  Input.Name = std::move(Name);
  Input.Contents = std::move(Contents);
  if (auto Known = recognize(Input, /*WithHash=*/true, /*CanBeNative=*/true);
      !Known)
    return Known.error();
  return Input;
}

Expected<std::vector<InputFile>>
openInputFiles(const std::string &File,
               const std::vector<std::string> &ExtraFiles, bool WithHashes) {
  std::vector<std::string> All = {File};
  append_range(All, ExtraFiles);
  std::vector<InputFile> Files;
  for (const std::string &Each : All) {
    bool IsMain = Files.empty();
    auto Opened = open(Each, WithHashes, /*CanBeNative=*/IsMain);
    if (!Opened)
      return Opened.error();
    Files.push_back(std::move(*Opened));
  }
  return Files;
}

Expected<void> settle(std::vector<InputFile> &Files) {
  for (InputFile &File : Files) {
    if (isMapped(File))
      if (auto Read = readForGood(File); !Read)
        return Read;
    if (File.Hash.empty())
      File.Hash = hashOf(File.Contents->getBuffer());
  }
  return {};
}

} // namespace remoterun::jit
