//===- InputObjects.cpp - Objects and archives the user gave --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/InputObjects.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/ObjectVerifier.h"
#include "jit/object/SharedLibrary.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/Magic.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// A foreign object, which is believed nothing.
Expected<ProgramObject> makeForeignObject(const std::string &Name,
                                          ObjectSource::Contents Whole,
                                          const Triple &Target) {
  auto Object = makeProgramObject(Name, startOfObject(Whole.Bytes), Target);
  if (!Object)
    return Object;
  Object->Source = ObjectSource::inMemory(std::move(Whole));
  if (auto Verified = verifyObject(Object->Bytes, Name, isaOf(Target));
      !Verified)
    return Verified.error();
  return Object;
}

/// An archive, which owns its bytes.
using SharedArchive = std::shared_ptr<object::Archive>;

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

Expected<ProgramObject> loadMember(const std::string &File,
                                   const SharedArchive &Archive,
                                   const object::Archive::Child &Member,
                                   const Triple &Target) {
  auto Name = Member.getName();
  if (!Name)
    return fromLlvm(Blame::Input, cannotReadArchive(File), Name.takeError());
  std::string FullName = File + "(" + Name->str() + ")";
  auto Bytes = Member.getBuffer();
  if (!Bytes)
    return fromLlvm(Blame::Input, "cannot read '" + FullName + "'",
                    Bytes.takeError());
  auto Object = makeForeignObject(FullName, {Archive, *Bytes}, Target);
  if (Object)
    Object->Archive = File;
  return Object;
}

} // namespace

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
  if (Input.How == LinkInput::Kind::WholeArchive) {
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

Expected<ProgramObject> loadObject(const NativeFile &File,
                                   const Triple &Target) {
  auto Object = makeForeignObject(
      File.Input.File, {File.Contents, File.Contents->getBuffer()}, Target);
  if (Object)
    Object->Archive = File.Archive;
  return Object;
}

Expected<std::vector<ProgramObject>> loadWholeArchive(const NativeFile &File,
                                                      const Triple &Target) {
  auto Archive = openArchive(File, /*NeedsSymbols=*/false);
  if (!Archive)
    return Archive.error();
  std::vector<ProgramObject> Objects;
  Error E = Error::success();
  for (const object::Archive::Child &Member : (*Archive)->children(E)) {
    auto Object = loadMember(File.Input.File, *Archive, Member, Target);
    if (!Object) {
      consumeError(std::move(E));
      return Object.error();
    }
    Objects.push_back(std::move(*Object));
  }
  if (E)
    return fromLlvm(Blame::Input, cannotReadArchive(File.Input.File),
                    std::move(E));
  return Objects;
}

Expected<void> ArchiveSet::open(const NativeFile &File) {
  auto Archive = openArchive(File, /*NeedsSymbols=*/true);
  if (!Archive)
    return Archive.error();
  std::vector<std::pair<std::string, Member>> Index;
  for (const object::Archive::Symbol &Symbol : (*Archive)->symbols()) {
    auto Child = Symbol.getMember();
    if (!Child)
      return fromLlvm(Blame::Input, cannotReadArchive(File.Input.File),
                      Child.takeError());
    Index.emplace_back(Symbol.getName().str(), Member{Archives.size(), *Child});
    Defined.insert(Symbol.getName());
  }
  Archives.push_back({File.Input.File, std::move(*Archive), std::move(Index)});
  return {};
}

void ArchiveSet::passOver(const std::string &File) {
  // Or there is nothing to be taken.
  if (!Archives.empty())
    forEachDynamicSymbolOf(File,
                           [&](StringRef Name) { PassedOver.insert(Name); });
}

Expected<bool> ArchiveSet::takeFrom(size_t Number,
                                    std::vector<ProgramObject> &Objects,
                                    ProgramSymbols &Symbols,
                                    const Triple &Target) {
  bool TookAny = false;
  for (bool TookOne = true; TookOne; TookAny |= TookOne) {
    TookOne = false;
    for (const auto &[Name, Member] : Archives[Number].Index) {
      auto Taken = takeIfNeeded(Name, Member, Objects, Symbols, Target);
      if (!Taken)
        return Taken.error();
      TookOne |= *Taken;
    }
  }
  return TookAny;
}

Expected<void> ArchiveSet::addNeededMembers(std::vector<ProgramObject> &Objects,
                                            ProgramSymbols &Symbols,
                                            const Triple &Target) {
  for (bool TookAny = true; TookAny;) {
    TookAny = false;
    for (size_t Number = 0; Number != Archives.size(); ++Number) {
      auto Took = takeFrom(Number, Objects, Symbols, Target);
      if (!Took)
        return Took.error();
      TookAny |= *Took;
    }
  }
  return {};
}

Expected<bool> ArchiveSet::takeIfNeeded(const std::string &Name,
                                        const Member &Wanted,
                                        std::vector<ProgramObject> &Objects,
                                        ProgramSymbols &Symbols,
                                        const Triple &Target) {
  bool IsCommon = Symbols.isDefinedAsCommon(Name);
  if ((!IsCommon && !Symbols.isWanted(Name)) || PassedOver.contains(Name))
    return false;
  std::pair<size_t, uint64_t> Identity(Wanted.Archive,
                                       Wanted.Child.getChildOffset());
  if (is_contained(Taken, Identity))
    return false;
  const OpenArchive &Its = Archives[Wanted.Archive];
  auto Object = loadMember(Its.Name, Its.Archive, Wanted.Child, Target);
  if (!Object)
    return Object.error();
  if (IsCommon) {
    // Only a real definition is worth a member: as ld has it.
    ProgramSymbols Defined;
    if (auto Added = Defined.add(*Object); !Added)
      return Added.error();
    if (!Defined.isDefinedStrongly(Name))
      return false;
  }
  Taken.push_back(Identity);
  Objects.push_back(std::move(*Object));
  if (auto Added = Symbols.add(Objects.back()); !Added)
    return Added.error();
  return true;
}

} // namespace remoterun::jit
