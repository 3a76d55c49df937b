//===- InputFiles.cpp - The files that the IR is in -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/InputFiles.h"
#include "jit/object/ForeignInput.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Support/BLAKE3.h"

using namespace llvm;

namespace remoterun::jit {

std::string hashOf(StringRef Contents) {
  auto Hash = BLAKE3::hash(arrayRefFromStringRef(Contents));
  return std::string(Hash.begin(), Hash.end());
}

bool InputFile::isBitcode() const {
  return identify_magic(Contents->getBuffer()) == file_magic::bitcode;
}

namespace {

/// \p CanBeNative: the file may be one that stands for itself in the link.
Expected<InputFile> open(const std::string &File, bool WithHash,
                         bool CanBeNative) {
  InputFile Opened;
  Opened.Name = File == "-" ? "<stdin>" : File;
  // A volatile file is read, and not mapped.
  auto Buffer = WithHash && File != "-"
                    ? MemoryBuffer::getFile(File, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/true,
                                            /*IsVolatile=*/true)
                    : MemoryBuffer::getFileOrSTDIN(File);
  if (Buffer.getError() == std::errc::is_a_directory)
    return Failure{Blame::Input,
                   "'" + Opened.Name +
                       "' is a directory; name a file of LLVM IR in it"};
  if (!Buffer)
    return Failure{Blame::Input, "cannot read '" + Opened.Name +
                                     "': " + Buffer.getError().message()};
  Opened.Contents = std::move(*Buffer);
  if (WithHash)
    Opened.Hash = hashOf(Opened.Contents->getBuffer());
  // It is read again when it is linked, which standard input cannot be.
  if (CanBeNative && File != "-")
    Opened.Native = nativeKindOf(*Opened.Contents);
  if (Opened.Native != NativeKind::None)
    Opened.Contents = MemoryBuffer::getMemBufferCopy(
        standInFor(*Opened.Contents), Opened.Name);
  else if (std::string Hint = describeForeignFile(*Opened.Contents);
           !Hint.empty())
    return Failure{Blame::Input,
                   "'" + Opened.Name + "' is not LLVM IR: " + Hint};
  return Opened;
}

} // namespace

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

} // namespace remoterun::jit
