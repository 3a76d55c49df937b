//===- RawObject.h - An object's own structures, to be patched --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_RAWOBJECT_H
#define REMOTERUN_JIT_OBJECT_RAWOBJECT_H

#include "llvm/Object/ELF.h"

namespace remoterun::jit {

/// The structures of one class and byte order of ELF.
template <typename ELFT> struct BasicRawObject {
  using Elf = llvm::object::ELFFile<ELFT>;
  using Shdr = typename ELFT::Shdr;

  // Views of an object's bytes, which must outlive them.
  Elf File;
  llvm::ArrayRef<Shdr> Sections;
};

template <typename ELFT>
llvm::Expected<BasicRawObject<ELFT>> parseRawAs(llvm::ArrayRef<char> Object) {
  auto File = llvm::object::ELFFile<ELFT>::create(
      llvm::StringRef(Object.data(), Object.size()));
  if (!File)
    return File.takeError();
  auto Sections = File->sections();
  if (!Sections)
    return Sections.takeError();
  return BasicRawObject<ELFT>{*File, *Sections};
}

// Those of x86-64 and most others.
using RawObject = BasicRawObject<llvm::object::ELF64LE>;
using Elf = RawObject::Elf;
using Shdr = llvm::object::ELF64LE::Shdr;
using Sym = llvm::object::ELF64LE::Sym;
using Rela = llvm::object::ELF64LE::Rela;

inline llvm::Expected<RawObject> parseRaw(llvm::ArrayRef<char> Object) {
  return parseRawAs<llvm::object::ELF64LE>(Object);
}

/// Calls \p Visit, a template of a function without arguments, with the type
/// of ELF that \p Object is of. All instantiations return the same type.
template <typename Visitor>
auto withElfType(llvm::ArrayRef<char> Object, Visitor &&Visit) {
  namespace elf = llvm::ELF;
  auto IdentAt = [Object](size_t Index) {
    return Index < Object.size() ? Object[Index] : 0;
  };
  if (IdentAt(elf::EI_CLASS) == elf::ELFCLASS32)
    return Visit.template operator()<llvm::object::ELF32LE>();
  if (IdentAt(elf::EI_DATA) == elf::ELFDATA2MSB)
    return Visit.template operator()<llvm::object::ELF64BE>();
  return Visit.template operator()<llvm::object::ELF64LE>();
}

/// The parser's views are const, the bytes behind them are ours.
template <typename T> T &writable(const T &Entry) {
  return const_cast<T &>(Entry);
}

} // namespace remoterun::jit

#endif
