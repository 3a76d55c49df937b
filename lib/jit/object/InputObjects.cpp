//===- InputObjects.cpp - Objects and archives the user gave --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/InputObjects.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/ObjectVerifier.h"

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
  if (auto Verified = verifyObject(*Object->File, Name, isaOf(Target));
      !Verified)
    return Verified.error();
  return Object;
}

/// llvm::object believes a member's size; and without a symbol table, nothing
/// would ever be taken from the archive.
Expected<void> checkMembers(const object::Archive &Archive,
                            const MemoryBuffer &Buffer,
                            const std::string &What) {
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
  if (!IsEmpty && !Archive.hasSymbolTable())
    return Failure{Blame::Input,
                   What + ": it has no symbol table; run ranlib on it"};
  return {};
}

} // namespace

Expected<std::vector<NativeFile>>
readNativeFiles(const std::vector<std::string> &Files, bool ForGood) {
  std::vector<NativeFile> Read;
  for (const std::string &File : Files) {
    auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false,
                                        /*IsVolatile=*/ForGood);
    if (!Buffer)
      return Failure{Blame::Input, "cannot read '" + File +
                                       "': " + Buffer.getError().message()};
    Read.push_back({File, std::move(*Buffer)});
  }
  return Read;
}

Expected<std::vector<ProgramObject>>
loadObjects(const std::vector<NativeFile> &Files, const Triple &Target) {
  std::vector<ProgramObject> Objects;
  for (const NativeFile &File : Files) {
    auto Object = makeForeignObject(
        File.Name, {File.Contents, File.Contents->getBuffer()}, Target);
    if (!Object)
      return Object.error();
    Objects.push_back(std::move(*Object));
  }
  return Objects;
}

Expected<ArchiveSet> ArchiveSet::open(const std::vector<NativeFile> &Files) {
  ArchiveSet Set;
  for (const NativeFile &File : Files) {
    const std::string What = "cannot read archive '" + File.Name + "'";
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
    if (auto Checked = checkMembers(**Archive, *File.Contents, What); !Checked)
      return Checked.error();
    size_t Number = Set.Archives.size();
    std::vector<std::pair<std::string, Member>> Index;
    for (const object::Archive::Symbol &Symbol : (*Archive)->symbols()) {
      auto Child = Symbol.getMember();
      if (!Child)
        return fromLlvm(Blame::Input, What, Child.takeError());
      Index.emplace_back(Symbol.getName().str(), Member{Number, *Child});
      Set.Defined.insert(Symbol.getName());
    }
    // The archive is a view of its file.
    std::shared_ptr<object::Archive> Opened(
        Archive->release(),
        [Owner = File.Contents](object::Archive *Done) { delete Done; });
    Set.Archives.push_back({File.Name, std::move(Opened), std::move(Index)});
  }
  return Set;
}

Expected<ProgramObject> ArchiveSet::load(const Member &Wanted,
                                         const Triple &Target) const {
  const std::string &Archive = Archives[Wanted.Archive].Name;
  auto Name = Wanted.Child.getName();
  if (!Name)
    return fromLlvm(Blame::Input, "cannot read archive '" + Archive + "'",
                    Name.takeError());
  std::string FullName = Archive + "(" + Name->str() + ")";
  auto Bytes = Wanted.Child.getBuffer();
  if (!Bytes)
    return fromLlvm(Blame::Input, "cannot read '" + FullName + "'",
                    Bytes.takeError());
  return makeForeignObject(FullName, {Archives[Wanted.Archive].Archive, *Bytes},
                           Target);
}

Expected<void> ArchiveSet::addNeededMembers(std::vector<ProgramObject> &Objects,
                                            ProgramSymbols &Symbols,
                                            const Triple &Target) {
  // Archives in their order, each until it has nothing more to give; and all
  // again, since archives may need one another.
  for (bool TookAny = true; TookAny;) {
    TookAny = false;
    for (const OpenArchive &Archive : Archives) {
      for (bool TookOne = true; TookOne; TookAny |= TookOne) {
        TookOne = false;
        for (const auto &[Name, Member] : Archive.Index) {
          auto Taken = takeIfNeeded(Name, Member, Objects, Symbols, Target);
          if (!Taken)
            return Taken.error();
          TookOne |= *Taken;
        }
      }
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
  if (!IsCommon && !Symbols.isWanted(Name))
    return false;
  std::pair<size_t, uint64_t> Identity(Wanted.Archive,
                                       Wanted.Child.getChildOffset());
  if (is_contained(Taken, Identity))
    return false;
  auto Object = load(Wanted, Target);
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
