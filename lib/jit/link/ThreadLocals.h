//===- ThreadLocals.h - Native TLS of the program's objects -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld knows thread-local storage on one ISA, and there only some of the
// instruction sequences that compilers emit. So the objects get no further than
// here with it: variables are placed in the executor's block, code is rewritten
// to the Local Exec model as a linker of executables does (ELF Handling For
// Thread-Local Storage, "Linker Relaxations"), and what is left for RuntimeDyld
// is a constant with the initial values.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_THREADLOCALS_H
#define REMOTERUN_JIT_LINK_THREADLOCALS_H

#include "jit/link/JoinedProgram.h"
#include "jit/link/NearSymbols.h"
#include "jit/link/SectionMemory.h"
#include "jit/object/ProgramSymbols.h"
#include "wire/Messages.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace remoterun::jit {

/// Gives a block of at least so many bytes, or one that cannot be larger.
using RoomForThreadLocals =
    llvm::function_ref<Expected<wire::ThreadLocalBlock>(uint64_t Size)>;

class ThreadLocals {
public:
  /// Places and patches the thread-local variables of \p Program. Fails for
  /// what does not fit into \p Room and for code that cannot be rewritten, and
  /// tells which of \p Inputs it is from.
  static Expected<ThreadLocals> link(JoinedProgram &Program,
                                     const std::vector<ProgramObject> &Inputs,
                                     RoomForThreadLocals Room);

  /// The libraries' variables that code has by their offsets from the thread
  /// pointer, which only the dynamic linker can tell.
  const std::set<std::string, std::less<>> &initialExec() const {
    return InitialExec;
  }

  /// Makes room for the indices of libraries' variables.
  void allocate(SectionMemory &Memory);
  /// Once sections have addresses: notes where those variables are, and gives
  /// their names in \p Addresses to their indices, which code refers to.
  void redirect(const SectionMemory &Memory, SymbolAddresses &Addresses);

  /// A library's \p Variable, which had no instance before, has one now.
  void found(llvm::StringRef Variable, ExecutorAddr Instance);

  /// Once sections have addresses: where code expects the index of the
  /// library's \p Variable; null for one that no code asks for.
  ExecutorAddr indexOf(llvm::StringRef Variable,
                       const SectionMemory &Memory) const;

  /// Once sections have addresses: the initial values.
  List<wire::Run::ThreadLocalImage> images(const SectionMemory &Memory) const;
  /// The indices that the executor has to fill.
  const List<wire::Run::LibraryThreadLocal> &indices() const { return Indices; }

  /// Where in the block the variables of a section are: by the object and the
  /// section's index in it.
  using OffsetMap = std::map<std::pair<size_t, uint64_t>, uint64_t>;
  const OffsetMap &offsets() const { return Offsets; }
  /// Of a variable; nothing for one that no code refers to.
  std::optional<uint64_t> offsetOf(const JoinedPlace &Variable) const;

private:
  struct Image {
    SectionKey Section;
    uint64_t Size = 0;
    uint64_t Offset = 0; ///< In the block.
  };

  OffsetMap Offsets;
  std::vector<Image> Images;
  std::vector<std::string> LibraryVariables;
  std::set<std::string, std::less<>> InitialExec;
  std::vector<ExecutorAddr> Instances; ///< Theirs, of the main thread.
  size_t IndexSection = 0;             ///< Number of a synthetic section.
  List<wire::Run::LibraryThreadLocal> Indices;
};

} // namespace remoterun::jit

#endif
