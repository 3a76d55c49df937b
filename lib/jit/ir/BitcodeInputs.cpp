//===- BitcodeInputs.cpp - IR among objects and in archives ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/BitcodeInputs.h"
#include "jit/base/ContentHash.h"
#include "jit/object/NativeInputs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

static InputFile makeInputFile(BitcodeInput Found, const ExportRules &Exports) {
  InputFile Made;
  Made.IsExcluded = Exports.excludes(Found.Archive);
  Made.Name = std::move(Found.Name);
  Made.Contents = MemoryBuffer::getMemBufferCopy(Found.Contents, Made.Name);
  Made.Hash = hashOf(Found.Contents);
  Made.AmongNative = {Found.File, std::move(Found.Member)};
  return Made;
}

Expected<BitcodeOfProgram> findBitcode(ArrayRef<const Module *> Given,
                                       ArrayRef<NativeFile> Files,
                                       const Roots &Kept,
                                       const Triple &Target) {
  BitcodeOfProgram Result;
  if (none_of(Files, holdsBitcode))
    return Result;
  auto Inputs = NativeInputs::open(Files, Target, *Kept.Rules);
  if (!Inputs)
    return Inputs.error();
  ProgramSymbols Symbols(nullptr, *Kept.Rules);
  for (const Module *M : Given)
    Symbols.addBitcode(M->getModuleIdentifier(), symbolsOf(*M),
                       /*IsWrapped=*/true);
  Symbols.require(Kept.Entry);
  for (const std::string &Name : Kept.Names)
    Symbols.require(Name);
  std::vector<ProgramObject> Objects;
  std::vector<BitcodeInput> Found;
  LinkedInputs Program = {Objects, Symbols, Target, &Found};
  if (auto Linked = Inputs->linkInto(Program); !Linked)
    return Linked.error();
  for (BitcodeInput &Each : Found)
    Result.Files.push_back(makeInputFile(std::move(Each), Kept.Rules->Exports));
  for (const auto &Entry : Inputs->leftInBitcode())
    Result.LeftOut.push_back(Entry.first().str());
  return Result;
}

} // namespace remoterun::jit
