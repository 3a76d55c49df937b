//===- ElfHeaders.h - Headers of a file for debuggers -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_ELFHEADERS_H
#define REMOTERUN_JIT_OBJECT_ELFHEADERS_H

#include "jit/base/ElfView.h"
#include "jit/target/Isa.h"
#include "wire/Messages.h"

#include "llvm/ADT/SmallVector.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// Calls \p Do with the type of \p Target's files.
template <typename Function>
auto withElfTypeOf(const Isa &Target, Function Do) {
  if (!Target.isLittleEndian())
    return Do.template operator()<llvm::object::ELF64BE>();
  if (llvm::Triple(Target.Triple).isArch64Bit())
    return Do.template operator()<llvm::object::ELF64LE>();
  return Do.template operator()<llvm::object::ELF32LE>();
}

/// The header of an executable that has neither segments nor sections yet.
template <typename ELFT> typename ELFT::Ehdr fileHeader(uint16_t Machine);

/// The file header, sections' headers and sections' names of a file whose
/// sections' contents are there already.
template <typename ELFT> class ElfHeaders {
public:
  using Shdr = typename ELFT::Shdr;

  explicit ElfHeaders(uint16_t Machine);

  /// The reference holds until the next section is added.
  Shdr &add(llvm::StringRef Name, uint32_t Type, uint64_t Offset,
            uint64_t Size);
  /// Memory of the process, of which the file has no contents. \p Name is by
  /// what it is for, if that is empty.
  void addSegment(const wire::Reserve::Segment &Segment,
                  llvm::StringRef Name = "");
  /// The symbol table, which the names follow at \p NamesOffset.
  void addSymbols(uint64_t Offset, uint64_t NamesOffset, uint64_t NamesSize,
                  size_t FirstGlobal);

  /// Completes \p File, which starts with room for the file header, of which
  /// \p Flags are the processor's.
  void appendTo(llvm::SmallVectorImpl<char> &File, uint32_t Flags);

private:
  uint16_t Machine;
  std::vector<Shdr> Headers;
  std::string Names;
};

} // namespace remoterun::jit

#endif
