//===- Program.h - All inputs as one resolved set of objects ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_PROGRAM_H
#define REMOTERUN_JIT_LINK_PROGRAM_H

#include "jit/base/SourceFiles.h"
#include "jit/codegen/ParallelCodeGen.h"
#include "jit/ir/InputFiles.h"
#include "jit/ir/Reachability.h"
#include "jit/link/RemoteEngine.h"
#include "jit/object/InputObjects.h"
#include "jit/object/NativeInputs.h"

#include <map>
#include <string>
#include <vector>

namespace remoterun::jit {

/// The whole program as objects, each symbol with its one definition.
struct Program {
  /// Behind a main file that is one, the compiled IR. Their bytes are gone.
  std::vector<ProgramObject> Objects;
  ProgramSymbols Symbols;
  JoinedProgram Joined;
  LinkerAdditions Additions;
  struct NamesOfCode {
    /// Needed, but not referred to: what start files would refer to.
    std::vector<std::string> Required;
    /// Of libraries' thread-local variables: code means their indices.
    std::vector<std::string> Indices;
  };
  NamesOfCode Names;

  /// Joins the compiled IR, which with its sources \p Files must outlive the
  /// result, and the native inputs. Takes the objects that can be read again.
  /// \p Absolute holds the user's own bindings of names to executor addresses,
  /// \p Room is the executor's. \p Rules must outlive the result.
  static Expected<Program>
  resolve(std::vector<CompiledPart> &Compiled, const SourceFiles &Files,
          NativeInputs Inputs, NamesOfCode Names, const SymbolRules &Rules,
          const std::map<std::string, ExecutorAddr> &Absolute,
          const llvm::Triple &Target, RoomForThreadLocals Room);

  /// Makes it an image, whose definitions in \p Exported the dynamic linker
  /// finds; which loads the libraries in \p Needed with it, and binds what
  /// refers to their symbols, \p Imported. Functions in \p Late come later. \p
  /// Relocated is that of the executor's Hello. Only one of a process can be
  /// its \p IsExecutable.
  void addImage(const llvm::StringSet<> &Exported,
                const ImportedSymbols &Imported, NeededLibraries Needed,
                const Isa &Target, const controller::ExecutorFacts &Facts,
                bool IsExecutable, const llvm::StringSet<> &Late = {}) {
    Additions.Imported = Imports(Target, Imported, std::move(Needed), Symbols,
                                 Joined, Additions.Variables);
    Additions.Image.emplace(
        Target,
        DynamicSymbols(Symbols, Exported, exportBounds(IsExecutable),
                       Additions.Imported, Late),
        ImageTraits{.Flags = Joined.Flags,
                    .Relocated = Facts.Relocated,
                    .RelocatedResult = Facts.RelocatedResult,
                    .NeedsExecutableStack = Joined.NeedsExecutableStack,
                    .IsExecutable = IsExecutable && !asksKernelForFile(),
                    .HasThreadLocals = IsExecutable &&
                                       !Additions.Variables.offsets().empty()});
  }

  using Wanted = std::vector<std::pair<std::string, ProgramSymbols::Undefined>>;
  /// What the executor must be asked for: everything undefined and not bound.
  Wanted wanted(const std::map<std::string, ExecutorAddr> &Absolute) const;
  /// What is undefined although it was \p Left out of the IR: code generation
  /// has found a use for it. It calls functions that the IR does not (lround),
  /// and assembly may spell names in its own ways.
  std::vector<std::string> neededOf(const LeftOutSymbols &Left) const;
  /// Whether that has to tell its size, too.
  bool wantsSize(llvm::StringRef Name) const {
    return Additions.Nearby.contains(Name) || Joined.Sizes.contains(Name);
  }

private:
  /// Has the linker define what others shall find of it in an executable.
  std::vector<llvm::StringRef> exportBounds(bool IsExecutable);

  /// Sanitizers' runtimes take the first object of the process for the file
  /// that the kernel says is executed, and ask it by no function of libc's.
  bool asksKernelForFile() const {
    return Symbols.find("__sanitizer_symbolize_pc") != nullptr;
  }

  // The passes of resolve(), in their order.
  Expected<void> addCompiled(std::vector<CompiledPart> &Compiled,
                             const std::string &MainFile,
                             const llvm::Triple &Target);
  Expected<void> resolveSymbols(NativeInputs &Inputs,
                                const llvm::Triple &Target);
  Expected<void>
  checkBindings(const std::map<std::string, ExecutorAddr> &Absolute) const;
  Expected<void> join(const Isa &Target);
  Expected<void> findAdditions(const Isa &Target, RoomForThreadLocals Room);
};

} // namespace remoterun::jit

#endif
