//===- ProgramObject.cpp - One relocatable object of the program ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ProgramObject.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/BinaryFormat/Magic.h"

using namespace llvm;

namespace remoterun::jit {

Expected<ProgramObject> makeProgramObject(std::string Name, ObjectStart Start,
                                          const Triple &Target) {
  const std::string What = "cannot read object '" + Name + "'";
  switch (identify_magic(StringRef(Start.Bytes.data(), Start.Bytes.size()))) {
  case file_magic::elf_relocatable:
    break;
  case file_magic::archive:
    return Failure{Blame::Input, What + ": it is an archive; pass it with "
                                        "--extra-archive=FILE"};
  case file_magic::elf_shared_object:
    return Failure{Blame::Input, What + ": it is a shared library; load it "
                                        "with --dlopen=FILE"};
  default:
    return Failure{Blame::Input, What + ": it is not a relocatable ELF file"};
  }
  ProgramObject Made;
  Made.Name = std::move(Name);
  Made.Bytes = std::move(Start.Bytes);
  Made.HasDebugInfo = Start.HasDebugInfo;
  auto File = object::ObjectFile::createELFObjectFile(Made.buffer());
  if (!File)
    return fromLlvm(Blame::Input, What, File.takeError());
  Made.File.reset(cast<object::ELFObjectFileBase>(File->release()));
  if (Made.File->getArch() != Target.getArch())
    return Failure{Blame::Input,
                   What + ": it is for " +
                       Triple::getArchTypeName(Made.File->getArch()).str() +
                       ", the program is for " +
                       Triple::getArchTypeName(Target.getArch()).str()};
  if (Target.isArch64Bit() && Made.File->getBytesInAddress() == 4)
    return Failure{Blame::Input,
                   What + ": its addresses have 32 bits (as those of x32), and "
                          "the program's have 64; compile it without -mx32"};
  return Made;
}

} // namespace remoterun::jit
