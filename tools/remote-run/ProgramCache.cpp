//===- ProgramCache.cpp - Programs that were compiled before --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramCache.h"
#include "Run.h"
#include "jit/base/ContentHash.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/BuildID.h"
#include "llvm/Object/ObjectFile.h"

using namespace llvm;

namespace remoterun {

namespace {

/// Of a program: what its linker has noted of its contents, or else these.
std::string identityOf(const std::string &Path) {
  auto Program = object::ObjectFile::createObjectFile(Path);
  if (Program) {
    object::BuildIDRef Id = object::getBuildID(Program->getBinary());
    if (!Id.empty())
      return std::string(Id.begin(), Id.end());
  } else {
    consumeError(Program.takeError());
  }
  auto Hash = jit::hashOfFile(Path);
  return Hash ? std::move(*Hash) : std::string();
}

/// Everything that a compiled program depends on. What is not here: this
/// program and its LLVM, which are in every key; the environment, of which
/// LLVM's code generation and passes read nothing (nothing in their libraries
/// refers to getenv(3)); what the executor says, which is compared with what
/// was kept.
jit::CacheKey programKey(const Options &Chosen, const Workshop &Shop) {
  std::vector<std::string> Parts = codeGenerationChoices(Chosen);
  append_range(Parts, Shop.OptionFiles.hashes());
  for (const std::string &Name : Shop.WantedByLibraries)
    Parts.push_back("wanted " + Name);
  for (const jit::InputFile &File : Shop.Inputs)
    Parts.push_back(File.Hash);
  // What native inputs define and need changes how the IR is compiled.
  for (const jit::NativeFile &File : *Shop.Native)
    if (File.Contents)
      Parts.push_back("native " + std::to_string(unsigned(File.Input.How)) +
                      " " + jit::hashOf(File.Contents->getBuffer()));
  if (!Chosen.Passes.empty())
    Parts.push_back(identityOf(Chosen.PassesPath));
  return jit::makeCacheKey(Parts);
}

} // namespace

void checkCache(const Options &Chosen, Workshop &Shop) {
  if (!Shop.Cache && !Chosen.UseObjectCache)
    return;
  if (Chosen.CompilesAnew)
    Shop.NotKept = "what is to be printed or written is of its compilation";
  Shop.OptionFiles = FilesOfOptions(Chosen.ForCodeGeneration);
  if (const std::string &File = Shop.OptionFiles.withoutHash(); !File.empty())
    Shop.NotKept = "'" + File + "', which an option names, is no regular file";
  if (std::string Why = Shop.Cache ? Shop.Cache->distrust() : "";
      !Why.empty()) {
    warn(Why);
    Shop.NotKept = "the cache is not trusted";
  }
  if (!Shop.NotKept.empty())
    Shop.Cache.reset();
}

std::optional<jit::CompiledProgram> findKept(const Options &Chosen,
                                             Workshop &Shop) {
  if (!Shop.Cache)
    return std::nullopt;
  std::vector<std::string> Names;
  for (const jit::InputFile &File : Shop.Inputs)
    Names.push_back(File.Name);
  return jit::loadProgram(programKey(Chosen, Shop), Names, *Shop.Cache);
}

void keep(const Options &Chosen, Workshop &Shop) {
  if (!Shop.Cache)
    return;
  if (!Shop.PrintedByPasses.empty())
    Shop.NotKept = "its passes print, and do so each time";
  else if (!Shop.OptionFiles.areAsTheyWere())
    Shop.NotKept = "a file that an option names has changed meanwhile";
  if (Shop.NotKept.empty()) {
    jit::CacheKey Key = programKey(Chosen, Shop);
    std::vector<jit::CompiledPart> &Parts = Shop.Compiled->Parts;
    for (jit::CompiledPart &Each : Parts) {
      // Others have been kept, by their IR.
      if (!Each.KeptIn.empty())
        continue;
      Each.Key = jit::makeCacheKey({"object"}, Each.bytes());
      if (Shop.Cache->store(Each.Key, Each.bytes(), Each.StartSize))
        Each.KeptIn = Shop.Cache->pathOf(Each.Key);
    }
    jit::storeProgram(*Shop.Compiled, Key, *Shop.Cache);
    Shop.Cache->prune(Chosen.CachePolicy);
  }
  if (std::string Complaint = Shop.Cache->complaint(); !Complaint.empty())
    warn(Complaint);
}

} // namespace remoterun
