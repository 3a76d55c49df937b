//===- RawObject.h - An object's own structures, to be patched --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_RAWOBJECT_H
#define REMOTERUN_JIT_RAWOBJECT_H

#include "llvm/Object/ELF.h"

namespace remoterun::jit {

using Elf = llvm::object::ELFFile<llvm::object::ELF64LE>;
using Shdr = llvm::object::ELF64LE::Shdr;
using Sym = llvm::object::ELF64LE::Sym;
using Rela = llvm::object::ELF64LE::Rela;

/// Views of an object's bytes, which must outlive them.
struct RawObject {
  Elf File;
  llvm::ArrayRef<Shdr> Sections;
};

inline llvm::Expected<RawObject> parseRaw(llvm::ArrayRef<char> Object) {
  auto File = Elf::create(llvm::StringRef(Object.data(), Object.size()));
  if (!File)
    return File.takeError();
  auto Sections = File->sections();
  if (!Sections)
    return Sections.takeError();
  return RawObject{*File, *Sections};
}

/// The parser's views are const, the bytes behind them are ours.
template <typename T> T &writable(const T &Entry) {
  return const_cast<T &>(Entry);
}

} // namespace remoterun::jit

#endif
