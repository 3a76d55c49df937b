//===- LibrarySymbols.cpp - The symbols of a shared library ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/LibrarySymbols.h"
#include "jit/base/SymbolNames.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/BuildID.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace remoterun::jit {

using controller::CrashFrame;

namespace {

/// There are no libraries of this size.
constexpr uint64_t LargestFile = uint64_t(4) << 30;

constexpr char DebugFiles[] = "/usr/lib/debug/.build-id/";

} // namespace

std::optional<LibrarySymbols::Image>
LibrarySymbols::openImage(const std::string &Path) {
  sys::fs::file_status Status;
  // Devices and pipes may have no end, and may never begin.
  if (sys::fs::status(Path, Status) ||
      Status.type() != sys::fs::file_type::regular_file ||
      Status.getSize() > LargestFile)
    return std::nullopt;
  auto Bytes = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                     /*RequiresNullTerminator=*/false);
  if (!Bytes)
    return std::nullopt;
  auto File = object::ObjectFile::createELFObjectFile(**Bytes);
  if (!File) {
    consumeError(File.takeError());
    return std::nullopt;
  }
  Image Opened;
  Opened.File.reset(cast<object::ELFObjectFileBase>(File->release()));
  Opened.Bytes = std::move(*Bytes);
  // In a relocatable one, addresses mean nothing.
  if (Opened.File->isRelocatableObject())
    return std::nullopt;
  return Opened;
}

std::optional<LibrarySymbols::Image>
LibrarySymbols::openDebugFile(const Image &Library) {
  object::BuildIDRef Id = object::getBuildID(Library.File.get());
  if (Id.size() < 2)
    return std::nullopt;
  std::string Digits = toHex(Id, /*LowerCase=*/true);
  return openImage(DebugFiles + Digits.substr(0, 2) + "/" + Digits.substr(2) +
                   ".debug");
}

std::unique_ptr<LibrarySymbols> LibrarySymbols::open(const std::string &Path,
                                                     StringRef BuildId) {
  auto Library = openImage(Path);
  if (!Library ||
      toStringRef(object::getBuildID(Library->File.get())) != BuildId)
    return nullptr;
  auto Opened = std::make_unique<LibrarySymbols>();
  Opened->Debug = openDebugFile(*Library);
  Opened->Library = std::move(*Library);
  return Opened;
}

std::vector<CrashFrame> LibrarySymbols::find(uint64_t Address,
                                             bool WithLines) const {
  std::vector<CrashFrame> Frames;
  const object::ELFObjectFileBase &File = Debug ? *Debug->File : *Library.File;
  if (!Table)
    Table.emplace(ArrayRef(File.getData().data(), File.getData().size()));
  if (WithLines) {
    if (!Lines)
      Lines = std::make_unique<DebugLines>(File, nullptr);
    Frames = Lines->find(Address, object::SectionedAddress::UndefSection);
  }
  if (Frames.empty())
    Frames.emplace_back();
  if (auto Found = Table->find({0, Address}, FunctionTable::Kind::Function)) {
    Frames.back().Function = demangledFunction(Found->Name);
    Frames.back().FunctionOffset = Found->Offset;
  }
  return Frames;
}

namespace {

template <typename ElfT>
bool hasLoaded(const object::ELFObjectFile<ElfT> &File, uint64_t Address) {
  auto Headers = File.getELFFile().program_headers();
  if (!Headers) {
    consumeError(Headers.takeError());
    return false;
  }
  for (const auto &Header : *Headers)
    if (Header.p_type == ELF::PT_LOAD && Address >= Header.p_vaddr &&
        Address - Header.p_vaddr < Header.p_memsz)
      return true;
  return false;
}

} // namespace

bool LibrarySymbols::contains(uint64_t Address) const {
  const object::ELFObjectFileBase *File = Library.File.get();
  if (const auto *Little64 = dyn_cast<object::ELF64LEObjectFile>(File))
    return hasLoaded(*Little64, Address);
  if (const auto *Little32 = dyn_cast<object::ELF32LEObjectFile>(File))
    return hasLoaded(*Little32, Address);
  if (const auto *Big64 = dyn_cast<object::ELF64BEObjectFile>(File))
    return hasLoaded(*Big64, Address);
  return false;
}

} // namespace remoterun::jit
