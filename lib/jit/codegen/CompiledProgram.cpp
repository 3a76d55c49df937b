//===- CompiledProgram.cpp - What code generation leaves ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/CompiledProgram.h"
#include "jit/codegen/LatePlanCodec.h"
#include "jit/object/InputObjects.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace llvm;

namespace remoterun::jit {

namespace {

void encode(const std::vector<std::string> &Texts, wire::ByteWriter &Out) {
  Out.u32(static_cast<uint32_t>(Texts.size()));
  for (const std::string &Text : Texts)
    Out.string(Text);
}

std::vector<std::string> decodeTexts(wire::ByteReader &In) {
  std::vector<std::string> Texts(In.count(/*SmallestElement=*/4));
  for (std::string &Text : Texts)
    Text = In.string();
  return Texts;
}

} // namespace

void encodeFiles(const SourceFiles &Files, wire::ByteWriter &Out) {
  Out.u32(static_cast<uint32_t>(Files.DefinedIn.size()));
  for (const auto &Symbol : Files.DefinedIn) {
    Out.string(Symbol.first());
    Out.u32(Symbol.second);
  }
}

SourceFiles decodeFiles(wire::ByteReader &In,
                        const std::vector<std::string> &Names) {
  SourceFiles Files;
  Files.Names = Names;
  for (uint32_t Left = In.count(/*SmallestElement=*/8); Left != 0; --Left) {
    std::string_view Symbol = In.string();
    uint32_t File = In.u32();
    Files.DefinedIn[Symbol] = File < Names.size() ? File : 0;
  }
  return Files;
}

ProgramEntry encodeProgram(const CompiledProgram &Program) {
  ByteBuffer Bytes;
  wire::ByteWriter Out(Bytes);
  Out.u32(static_cast<uint32_t>(Program.AmongNative.size()));
  for (const InputFile::NativePlace &Place : Program.AmongNative) {
    Out.u32(Place.File);
    Out.string(Place.Member);
  }
  encodeFiles(Program.Files, Out);
  Out.string(Program.Triple);
  Out.u8(Program.NeedsLowAddresses);
  Out.u8(Program.EntryReturnsVoid);
  encode(Program.RequiredNames, Out);
  encode(Program.Indices, Out);
  encode(Program.LeftOut, Out);
  encode(Program.Warnings, Out);
  Out.u64(static_cast<uint64_t>(Program.ThreadLocals.Offset));
  Out.u32(Program.ThreadLocals.Size);
  Out.u32(Program.ThreadLocals.Alignment);
  Out.u32(static_cast<uint32_t>(Program.Parts.size()));
  for (const CompiledPart &Part : Program.Parts) {
    Out.string(
        {reinterpret_cast<const char *>(Part.Key.data()), Part.Key.size()});
    // One more than the last is of all.
    Out.u32(static_cast<uint32_t>(find(Program.Files.Names, Part.File) -
                                  Program.Files.Names.begin()));
  }
  Out.u8(Program.Late != nullptr);
  if (Program.Late) {
    Out.u64(Program.Late->Extent.Functions);
    Out.u64(Program.Late->Extent.Instructions);
    Out.u32(static_cast<uint32_t>(Program.Late->Functions));
  }
  size_t StartSize = Bytes.size();
  if (Program.Late)
    encodeLatePlan(*Program.Late->All.get(), Out);
  return {{reinterpret_cast<const char *>(Bytes.data()), Bytes.size()},
          StartSize};
}

namespace {

wire::ByteReader readerOf(const ObjectBytes &Bytes) {
  return wire::ByteReader(
      {reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size()});
}

/// Of the entry \p File, whose start says what \p Extent and how many \p
/// Functions it has. Which of the \p Files a unit was of is not known any more.
std::shared_ptr<const LatePlan> readPlan(const OpenKeyedFile &File,
                                         const LateExtent &Extent,
                                         size_t Functions,
                                         const std::string &Files) {
  auto Bytes = File.readRest();
  if (!Bytes)
    return nullptr;
  wire::ByteReader In = readerOf(*Bytes);
  auto Plan = decodeLatePlan(In);
  if (!Plan || !In.finished() || !Plan->Extent.isSame(Extent) ||
      Plan->Functions.size() != Functions)
    return nullptr;
  for (LateUnit &Unit : Plan->Units)
    Unit.Name = Files;
  return Plan;
}

/// Of a program with late functions, what \p In has of them; null for what
/// encodeProgram() cannot have written.
std::shared_ptr<const PlanOnDemand> decodeLate(wire::ByteReader &In,
                                               const OpenKeyedFile &File,
                                               const std::string &Files) {
  LateExtent Extent = {.Functions = In.u64(), .Instructions = In.u64()};
  size_t Functions = In.u32();
  // Memory is measured by it.
  constexpr uint64_t Most = uint64_t(1) << 32;
  if (Extent.Functions > Most || Extent.Instructions > Most ||
      Functions > Extent.Functions || !File.hasRest())
    return nullptr;
  return std::make_shared<PlanOnDemand>(
      Extent, Functions, [File, Extent, Functions, Files] {
        return readPlan(File, Extent, Functions, Files);
      });
}

/// What encodeProgram() wrote. It is believed no more than what arrives from
/// another process.
std::optional<CompiledProgram> decodeProgram(const KeyedStart &Kept,
                                             const NamesOfFiles &Names) {
  wire::ByteReader In = readerOf(Kept.Bytes);
  CompiledProgram Program;
  std::vector<std::string> FileNames = Names.Given;
  for (uint32_t Left = In.count(/*SmallestElement=*/8); Left != 0; --Left) {
    InputFile::NativePlace Place = {In.u32(), std::string(In.string())};
    if (Place.File >= Names.Native.size())
      return std::nullopt;
    const std::string &File = Names.Native[Place.File];
    FileNames.push_back(
        Place.Member.empty() ? File : nameOfMember(File, Place.Member));
    Program.AmongNative.push_back(std::move(Place));
  }
  Program.Files = decodeFiles(In, FileNames);
  Program.Triple = In.string();
  Program.NeedsLowAddresses = In.u8();
  Program.EntryReturnsVoid = In.u8();
  Program.RequiredNames = decodeTexts(In);
  Program.Indices = decodeTexts(In);
  Program.LeftOut = decodeTexts(In);
  Program.Warnings = decodeTexts(In);
  Program.ThreadLocals.Offset = static_cast<int64_t>(In.u64());
  Program.ThreadLocals.Size = In.u32();
  Program.ThreadLocals.Alignment = In.u32();
  Program.ThreadLocals.Most = Program.ThreadLocals.Size;
  Program.ThreadLocals.StrictestAlignment = Program.ThreadLocals.Alignment;
  for (uint32_t Left = In.count(sizeof(CacheKey)); Left != 0; --Left) {
    std::string_view Text = In.string();
    CacheKey Part;
    if (Text.size() != Part.size())
      return std::nullopt;
    std::memcpy(Part.data(), Text.data(), Text.size());
    uint32_t File = In.u32();
    Program.NotLoaded.push_back(
        {Part, File < FileNames.size() ? FileNames[File] : std::string()});
  }
  bool IsLate = In.u8() != 0;
  if (IsLate)
    Program.Late = decodeLate(In, Kept.File, Program.Files.together());
  // Whoever links relies on what CodeGenerator::create() has seen to.
  const llvm::Triple Target(Program.Triple);
  if (!In.finished() || Kept.hasRest() != IsLate ||
      IsLate != (Program.Late != nullptr) || !findIsa(Target.getArch()) ||
      !Target.isOSBinFormatELF())
    return std::nullopt;
  return Program;
}

} // namespace

std::optional<CompiledProgram> loadProgram(const CacheKey &Key,
                                           const NamesOfFiles &Names,
                                           CompilationCache &Cache) {
  std::optional<CompiledProgram> Found;
  Cache.load(Key, [&](const KeyedStart &Kept) {
    Found = decodeProgram(Kept, Names);
    return Found.has_value();
  });
  return Found;
}

bool loadRest(CompiledProgram &Program, CompilationCache &Cache) {
  const Isa &Target = isaOf(llvm::Triple(Program.Triple));
  for (CompiledProgram::KeptPart &Each : Program.NotLoaded) {
    auto Part = loadPart(Cache, Each.Key, Target);
    if (!Part)
      return false;
    Part->File = Each.File;
    Program.Parts.push_back(std::move(*Part));
  }
  Program.NotLoaded.clear();
  return !Program.Late || Program.Late->All.get();
}

} // namespace remoterun::jit
