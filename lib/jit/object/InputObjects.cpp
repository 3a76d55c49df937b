//===- InputObjects.cpp - Objects and archives the user gave --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/InputObjects.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/CodePadding.h"
#include "jit/object/ObjectVerifier.h"

#include "llvm/BinaryFormat/Magic.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// A foreign object, which is believed nothing.
Expected<ProgramObject> makeForeignObject(const std::string &Name,
                                          ObjectSource::Contents File,
                                          const Triple &Target) {
  File = settlePadding(std::move(File), isaOf(Target));
  auto Object = makeProgramObject(Name, startOfObject(File.Bytes), Target);
  if (!Object)
    return Object;
  Object->Source = ObjectSource::inMemory(std::move(File));
  if (auto Verified = verifyObject(Object->Bytes, Name, isaOf(Target));
      !Verified)
    return Verified.error();
  return Object;
}

/// llvm::object believes a member's size; and without a symbol table, nothing
/// would ever be taken from the archive.
Expected<void> checkMembers(const object::Archive &Archive,
                            const MemoryBuffer &Buffer, const std::string &What,
                            bool NeedsSymbols) {
  Error E = Error::success();
  bool IsEmpty = true;
  for (const object::Archive::Child &Child : Archive.children(E)) {
    IsEmpty = false;
    auto Size = Child.getSize();
    if (!Size)
      return fromLlvm(Blame::Input, What, Size.takeError());
    if (!Archive.isThin() &&
        Child.getDataOffset() + *Size > Buffer.getBufferSize()) {
      consumeError(std::move(E));
      return Failure{Blame::Input,
                     What + ": its last member is cut off; is it truncated?"};
    }
  }
  if (E)
    return fromLlvm(Blame::Input, What, std::move(E));
  if (NeedsSymbols && !IsEmpty && !Archive.hasSymbolTable())
    return Failure{Blame::Input,
                   What + ": it has no symbol table; run ranlib on it"};
  return {};
}

std::string cannotReadArchive(const std::string &File) {
  return "cannot read archive '" + File + "'";
}

} // namespace

Expected<SharedArchive> openArchive(const NativeFile &File, bool NeedsSymbols) {
  const std::string What = cannotReadArchive(File.Input.File);
  switch (identify_magic(File.Contents->getBuffer())) {
  case file_magic::elf_relocatable:
    return Failure{Blame::Input, What + ": it is an object; pass it with "
                                        "--extra-object=FILE"};
  case file_magic::bitcode:
    return Failure{Blame::Input, What + ": it is LLVM bitcode; pass it with "
                                        "--extra-module=FILE"};
  default:
    break;
  }
  auto Archive = object::Archive::create(File.Contents->getMemBufferRef());
  if (!Archive)
    return fromLlvm(Blame::Input, What, Archive.takeError());
  if (auto Checked =
          checkMembers(**Archive, *File.Contents, What, NeedsSymbols);
      !Checked)
    return Checked.error();
  // The archive is a view of its file.
  return SharedArchive(
      Archive->release(),
      [Owner = File.Contents](object::Archive *Done) { delete Done; });
}

std::string nameOfMember(const std::string &Archive, StringRef Member) {
  return Archive + "(" + Member.str() + ")";
}

Expected<LoadedMember> loadMember(const std::string &File, uint32_t Number,
                                  const SharedArchive &Archive,
                                  const object::Archive::Child &Member,
                                  const Triple &Target) {
  auto Name = Member.getName();
  if (!Name)
    return fromLlvm(Blame::Input, cannotReadArchive(File), Name.takeError());
  std::string FullName = nameOfMember(File, *Name);
  auto Bytes = Member.getBuffer();
  if (!Bytes)
    return fromLlvm(Blame::Input, "cannot read '" + FullName + "'",
                    Bytes.takeError());
  if (isBitcode(*Bytes))
    return LoadedMember(
        BitcodeInput{Number, Name->str(), std::move(FullName), File, *Bytes});
  auto Object = makeForeignObject(FullName, {Archive, *Bytes}, Target);
  if (!Object)
    return Object.error();
  Object->Archive = File;
  return LoadedMember(std::move(*Object));
}

bool holdsBitcode(const NativeFile &File) {
  if (!File.Contents)
    return false;
  if (File.Input.What == LinkInput::Kind::Object)
    return isBitcode(File.Contents->getBuffer());
  // What is wrong with it, is found out when it is linked.
  auto Archive = openArchive(File, /*NeedsSymbols=*/false);
  if (!Archive)
    return false;
  bool Found = false;
  Error E = Error::success();
  for (const object::Archive::Child &Member : (*Archive)->children(E)) {
    auto Bytes = Member.getBuffer();
    Found = Bytes && isBitcode(*Bytes);
    if (!Bytes)
      consumeError(Bytes.takeError());
    if (Found)
      break;
  }
  consumeError(std::move(E));
  return Found;
}

Expected<bool> LinkedInputs::take(LoadedMember Loaded) {
  if (auto *Object = std::get_if<ProgramObject>(&Loaded)) {
    Objects.push_back(std::move(*Object));
    auto Added = Symbols.add(Objects.back());
    return Added ? Expected<bool>(true) : Added.error();
  }
  if (!Bitcode)
    return false;
  auto &Input = std::get<BitcodeInput>(Loaded);
  auto Its = symbolsOfBitcode(Input.Contents, Input.Name);
  if (!Its)
    return Its.error();
  Symbols.addBitcode(Input.Name, *Its, /*IsWrapped=*/false);
  Bitcode->push_back(std::move(Input));
  return true;
}

namespace {

/// Adds to \p Read the members of \p File, which are files of their own if it
/// is a thin archive; whether it is.
Expected<bool> readThinMembers(const NativeFile &File, bool ForGood,
                               std::vector<NativeFile> &Read);

Expected<void> readNativeFile(const LinkInput &Input, bool ForGood,
                              std::vector<NativeFile> &Read) {
  NativeFile File = {Input, nullptr};
  if (!Input.isLinkedIn()) {
    Read.push_back(std::move(File));
    return {};
  }
  auto Buffer = MemoryBuffer::getFile(Input.File, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false,
                                      /*IsVolatile=*/ForGood);
  if (!Buffer)
    return Failure{Blame::Input, "cannot read '" + Input.File +
                                     "': " + Buffer.getError().message()};
  File.Contents = std::move(*Buffer);
  if (Input.What == LinkInput::Kind::WholeArchive) {
    auto IsThin = readThinMembers(File, ForGood, Read);
    if (!IsThin)
      return IsThin.error();
    if (*IsThin)
      return {};
  }
  Read.push_back(std::move(File));
  return {};
}

Expected<bool> readThinMembers(const NativeFile &File, bool ForGood,
                               std::vector<NativeFile> &Read) {
  auto Archive = openArchive(File, /*NeedsSymbols=*/false);
  if (!Archive)
    return Archive.error();
  if (!(*Archive)->isThin())
    return false;
  const std::string What = cannotReadArchive(File.Input.File);
  Error E = Error::success();
  for (const object::Archive::Child &Member : (*Archive)->children(E)) {
    auto Path = Member.getFullName();
    if (!Path) {
      consumeError(std::move(E));
      return fromLlvm(Blame::Input, What, Path.takeError());
    }
    if (auto Added =
            readNativeFile({LinkInput::Kind::Object, *Path}, ForGood, Read);
        !Added) {
      consumeError(std::move(E));
      return Added.error();
    }
    Read.back().Archive = File.Input.File;
  }
  if (E)
    return fromLlvm(Blame::Input, What, std::move(E));
  return true;
}

} // namespace

Expected<std::vector<NativeFile>> readNativeFiles(ArrayRef<LinkInput> Inputs,
                                                  bool ForGood) {
  std::vector<NativeFile> Read;
  for (const LinkInput &Input : Inputs)
    if (auto Added = readNativeFile(Input, ForGood, Read); !Added)
      return Added.error();
  return Read;
}

Expected<LoadedMember> loadObject(const NativeFile &File, uint32_t Number,
                                  const Triple &Target) {
  StringRef Bytes = File.Contents->getBuffer();
  if (isBitcode(Bytes))
    return LoadedMember(
        BitcodeInput{Number, "", File.Input.File, File.Archive, Bytes});
  auto Object =
      makeForeignObject(File.Input.File, {File.Contents, Bytes}, Target);
  if (!Object)
    return Object.error();
  Object->Archive = File.Archive;
  return LoadedMember(std::move(*Object));
}

Expected<std::vector<LoadedMember>> loadWholeArchive(const NativeFile &File,
                                                     uint32_t Number,
                                                     const Triple &Target) {
  auto Archive = openArchive(File, /*NeedsSymbols=*/false);
  if (!Archive)
    return Archive.error();
  std::vector<LoadedMember> Members;
  Error E = Error::success();
  for (const object::Archive::Child &Each : (*Archive)->children(E)) {
    auto Member = loadMember(File.Input.File, Number, *Archive, Each, Target);
    if (!Member) {
      consumeError(std::move(E));
      return Member.error();
    }
    Members.push_back(std::move(*Member));
  }
  if (E)
    return fromLlvm(Blame::Input, cannotReadArchive(File.Input.File),
                    std::move(E));
  return Members;
}

} // namespace remoterun::jit
