//===- ImageTables.h - What describes the program to ld.so ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program is a shared object of its process: an image, which begins with
// the headers and tables by which the dynamic linker maps it, finds its symbols
// and hands out its unwind tables (ELF gABI, "Program Loading and Dynamic
// Linking"; LSB, "Exception Frames"). They are sections of ours beside the
// program's own. It has no section headers, which nobody reads at run time.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_IMAGETABLES_H
#define REMOTERUN_JIT_LINK_IMAGETABLES_H

#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramSymbols.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// What the inputs ask of the image.
struct ImageTraits {
  uint32_t Flags = 0; ///< e_flags of its parts.
  bool NeedsExecutableStack = false;
};

class ImageTables {
public:
  using AddressOf = llvm::function_ref<ExecutorAddr(
      llvm::StringRef, const ProgramSymbols::Definition &)>;

  /// For a program whose definitions are in \p Symbols, whose names must
  /// outlive it. The dynamic linker shall find those in \p Exported.
  ImageTables(const Isa &Target, const ProgramSymbols &Symbols,
              const llvm::StringSet<> &Exported, ImageTraits Traits);

  /// Makes the sections. What is to be unwound must be in \p Memory by now.
  void allocate(SectionMemory &Memory);

  /// Fills them in, once everything else is in place and relocated.
  void complete(SectionMemory &Memory, const SlabLayout &Layout,
                uint64_t PageSize, AddressOf Find);

private:
  struct Export {
    llvm::StringRef Name;
    ProgramSymbols::Definition Found;
    uint32_t Hash;
    uint32_t NameOffset = 0; ///< In Names.
  };
  /// The numbers of their sections.
  struct Numbers {
    size_t Headers = 0, BuildId = 0, Hash = 0, Symbols = 0, Strings = 0;
    size_t Unwinding = 0, Dynamic = 0;
  };

  template <typename ELFT> class Writer;

  const Isa *Target;
  ImageTraits Traits;
  std::vector<Export> Exports; ///< By bucket of the hash table.
  uint32_t BucketCount = 1;
  std::string Names;
  Numbers Made;
};

} // namespace remoterun::jit

#endif
