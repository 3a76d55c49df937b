//===- RemoteEngine.h - MCJIT for memory that is elsewhere ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only caller of MCJIT. It is used as a loader and linker of relocatable
// objects; what it is given has been compiled, resolved and patched before.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_REMOTEENGINE_H
#define REMOTERUN_JIT_LINK_REMOTEENGINE_H

#include "controller/session/Session.h"
#include "jit/base/SourceFiles.h"
#include "jit/ir/InputFiles.h"
#include "jit/link/ExceptionIndex.h"
#include "jit/link/Ifuncs.h"
#include "jit/link/ImageTables.h"
#include "jit/link/InstructionFields.h"
#include "jit/link/JoinedProgram.h"
#include "jit/link/LateWindows.h"
#include "jit/link/LinkedProgram.h"
#include "jit/link/LocalBranches.h"
#include "jit/link/NearSymbols.h"
#include "jit/link/OwnFields.h"
#include "jit/link/ProgramMap.h"
#include "jit/link/SectionMemory.h"
#include "jit/link/ThreadLocals.h"
#include "jit/object/ProgramSymbols.h"

#include "llvm/ExecutionEngine/ExecutionEngine.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <vector>

namespace remoterun::jit {

/// What a linker adds to the program's own sections and symbols.
struct LinkerAdditions {
  NearSymbols Nearby;
  Ifuncs Indirect;
  ThreadLocals Variables;
  ExceptionIndex Unwinding;
  LocalBranches Branches;
  InstructionFields Fields;
  OwnFields Own;
  std::vector<std::string> Bounds; ///< See LinkerSymbols.h.
  /// None where the program is no image.
  std::optional<ImageTables> Image;
  Imports Imported; ///< Of an image.
  /// None where no function comes later. Only of an image.
  std::optional<LateWindows> Late;
};

class RemoteEngine {
public:
  static Expected<RemoteEngine>
  create(std::unique_ptr<llvm::TargetMachine> Machine,
         const ProgramSymbols &Symbols);

  RemoteEngine(RemoteEngine &&) noexcept;
  ~RemoteEngine();

  /// Loads every joined object into working memory. Takes their File; the rest
  /// of \p Program must outlive the engine. \p Before is called with each one's
  /// name before it is touched.
  void load(JoinedProgram &Program,
            llvm::function_ref<void(const std::string &)> Before);
  /// Gives every section, those of \p Additions too, its executor address in
  /// \p Slab.
  Expected<void> place(ExecutorRange Slab, uint64_t PageSize,
                       LinkerAdditions Additions);
  /// Once placed: takes them back, for another engine to place the program once
  /// more.
  LinkerAdditions takeAdditions() { return std::move(Additions); }
  /// Whether the program is a shared object for the dynamic linker.
  bool isImage() const { return Additions.Image.has_value(); }
  /// Applies all relocations. \p Addresses is changed: what the linker adds is
  /// there. \p Inputs have been joined to what was loaded.
  Expected<void> relocate(SymbolAddresses &Addresses,
                          const std::vector<ProgramObject> &Inputs);

  /// Once placed: null where no function comes later.
  const LateWindows *lateWindows() const {
    return Additions.Late ? &*Additions.Late : nullptr;
  }
  /// Once relocated: has \p Index, which is more than large enough, lead
  /// unwinders to all functions that are not late. It will be at \p Place.
  void writeUnwindIndex(llvm::MutableArrayRef<uint8_t> Index,
                        ExecutorAddr Place) const {
    Additions.Image->writeUnwindIndex(*Memory, Index, Place);
  }

  /// Once placed: where the symbols of late functions' code are to be.
  BodySymbols bodySymbols() const {
    return Additions.Image->bodySymbols(*Memory);
  }

  /// Once relocated: what is where.
  ProgramMap places() const;
  /// The text of LinkMap.h. \p Objects are those given to load(), \p Files
  /// those of the compiled IR.
  std::string map(const std::vector<ProgramObject> &Objects,
                  const SourceFiles &Files) const;
  /// The first address behind the program.
  ExecutorAddr end() const;
  const SectionMemory &memory() const { return *Memory; }

  /// Has \p Image, which describes the program to debuggers and is made for
  /// this place, end(), shipped with the program, if there is room: no debugger
  /// is worth the failure of a program that just fits.
  void describe(llvm::SmallVector<char, 0> Image);

  /// Once placed and relocated, and described: what is to be sent of it, by
  /// views of the engine's memory.
  LinkedProgram linked();

  /// The executor address of a symbol that the program defines; null if it
  /// does not.
  ExecutorAddr addressOf(llvm::StringRef Name) const;
  /// Of an ifunc, where the address that it leads to stands; null for others.
  ExecutorAddr slotOf(llvm::StringRef Name) const {
    return Additions.Indirect.slotOf(Name, *Memory);
  }
  /// What the program puts in place of things in libraries. Of its definitions
  /// that they could refer to, those that are \p Exported. Names are views of
  /// the symbols'.
  wire::Interpose
  replacements(llvm::function_ref<bool(llvm::StringRef)> Exported) const;

  size_t sectionCount() const;

private:
  class Resolver;
  /// The function pointer arrays to run before the entry and at exit, in the
  /// order of ELF's priorities.
  List<ExecutorRange> initializers() const;
  List<ExecutorRange> finalizers() const;
  List<wire::Interpose::Definition> movedFunctions() const;
  List<wire::Interpose::Definition>
  exportedDefinitions(llvm::function_ref<bool(llvm::StringRef)> Exported) const;
  List<wire::Interpose::ThreadLocal> exportedThreadLocals(
      llvm::function_ref<bool(llvm::StringRef)> Exported) const;
  ExecutorAddr addressOf(llvm::StringRef Name, const Symbol &Found) const;
  /// What the kernel would jump to; null for none.
  ExecutorAddr startCode() const;
  ExecutorAddr addressOf(const JoinedPlace &Place) const;
  /// Calls \p Visit for each part of an input, and for what is no input's.
  void
  forEachPiece(llvm::function_ref<void(const WorkingSection &,
                                       const SectionKey &Input, ExecutorRange)>
                   Visit) const;

  RemoteEngine();
  Expected<void> placeLateWindows();

  const Isa *Target = nullptr;
  const ProgramSymbols *Symbols = nullptr;
  const JoinedProgram *Joined = nullptr;
  SectionMemory *Memory = nullptr; ///< Owned by Engine.
  Resolver *Names = nullptr;       ///< Owned by Engine.
  LinkerAdditions Additions;
  SlabLayout Layout;
  ExecutorRange Slab;
  uint64_t PageSize = 0;
  llvm::SmallVector<char, 0> DebugImage;
  ExecutorAddr DebugImagePlace;         ///< Null if it is not shipped.
  llvm::StringMap<ExecutorAddr> Bounds; ///< What the linker defines.
  std::unique_ptr<llvm::ExecutionEngine> Engine;
};

} // namespace remoterun::jit

#endif
