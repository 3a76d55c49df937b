//===- ProgramRecord.cpp - What is known of a program that runs -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ProgramRecord.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Less in memory is not worth a file.
constexpr size_t WorthAFile = 512 * 1024;
constexpr size_t ManySymbols = 4096;

/// Of what is in no cache, and so would be lost.
ObjectSource sourceOf(CompiledPart &Part) {
  if (!Part.KeptIn.empty())
    return sourceInCache(Part.KeptIn, Part.Key);
  auto Owned = std::make_shared<ObjectBytes>(std::move(Part.Object));
  return ObjectSource::inMemory({Owned, {Owned->data(), Owned->size()}});
}

} // namespace

ProgramRecord::ProgramRecord(const RemoteEngine &Engine, Program &Linked,
                             CompiledProgram &Compiled)
    : Map(Engine.places()), Files(std::move(Compiled.Files)) {
  // An object that is the program's file stands before them.
  size_t Parts = 0;
  for (ProgramObject &From : Linked.Objects) {
    ObjectSource Source = From.IsCompiled ? sourceOf(Compiled.Parts[Parts++])
                                          : std::move(From.Source);
    Objects.push_back({From.Name, From.IsCompiledIR, std::move(Source)});
  }
}

SourceFiles ProgramRecord::files() const {
  ObjectSource::Contents Encoded = FilesOfSymbols.read();
  if (Encoded.Bytes.empty())
    return Files;
  wire::ByteReader In({reinterpret_cast<const uint8_t *>(Encoded.Bytes.data()),
                       Encoded.Bytes.size()});
  return decodeFiles(In, Files.Names);
}

void ProgramRecord::setLate(ArrayRef<LateFunction> Functions) {
  Late = Functions;
  sort(Late, [](const LateFunction &A, const LateFunction &B) {
    return A.Range.Start < B.Range.Start;
  });
  std::vector<ExecutorRange> Ranges;
  for (const LateFunction &Each : Late)
    Ranges.push_back(Each.Range);
  Map.addCode(Ranges);
}

const LateFunction *ProgramRecord::lateAt(ExecutorAddr Address) const {
  auto After =
      upper_bound(Late, Address, [](ExecutorAddr A, const LateFunction &B) {
        return A < B.Range.Start;
      });
  if (After == Late.begin())
    return nullptr;
  const LateFunction &Found = *std::prev(After);
  return Found.Range.contains({Address, 1}) ? &Found : nullptr;
}

void ProgramRecord::makeSmall() {
  if (Files.DefinedIn.size() > ManySymbols) {
    ByteBuffer Bytes;
    wire::ByteWriter Out(Bytes);
    encodeFiles(Files, Out);
    auto Owned = std::make_shared<ByteBuffer>(std::move(Bytes));
    FilesOfSymbols = ObjectSource::inMemory(
        {Owned,
         {reinterpret_cast<const char *>(Owned->data()), Owned->size()}});
    Files.DefinedIn = {};
  }
  size_t Total = FilesOfSymbols.sizeInMemory();
  for (const Object &Each : Objects)
    Total += Each.Source.sizeInMemory();
  if (Total < WorthAFile)
    return;
  std::shared_ptr<ScratchFile> Disk = ScratchFile::create();
  if (!Disk)
    return;
  FilesOfSymbols.moveTo(Disk);
  for (Object &Each : Objects)
    Each.Source.moveTo(Disk);
}

} // namespace remoterun::jit
