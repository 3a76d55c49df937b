//===- CodeGenerator.h - IR to a relocatable object -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_CODEGENERATOR_H
#define REMOTERUN_JIT_CODEGEN_CODEGENERATOR_H

#include "jit/object/ObjectDivision.h"
#include "jit/target/ThreadLocalCode.h"
#include "remote-run/Failure.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace remoterun::jit {

class CodePipeline;
class DiagnosticCollector;

/// What the user may choose about code generation; empty means the default.
struct CodeGenOptions {
  std::string Triple;        ///< Overrides the module's.
  std::string DefaultTriple; ///< Of a module that has none.
  std::string Arch;          ///< As llc's -march.
  std::string Cpu;
  std::string Features; ///< "+a,-b"
  std::optional<llvm::Reloc::Model> Relocation;
  std::optional<llvm::CodeModel::Model> Code;
  std::optional<uint64_t> LargeDataThreshold; ///< Of the medium code model.
  llvm::CodeGenOptLevel Level = llvm::CodeGenOptLevel::Default;
  llvm::TargetOptions Target;
  /// Called once per module before code generation, to set function attributes
  /// that the user's flags override.
  std::function<void(llvm::Module &)> Annotate;
  bool IsForImage = false;
  /// CodeGenerator::includedFile() will be asked for.
  bool FindsIncludedFiles = false;
  /// Called as often as a function was compiled, on any thread; may be null.
  std::function<void()> FunctionDone;
};

class CodeGenerator {
public:
  /// Picks the target for \p M and brings module and target into agreement.
  static Expected<CodeGenerator> create(llvm::Module &M,
                                        const CodeGenOptions &Options);

  CodeGenerator(CodeGenerator &&) noexcept;
  ~CodeGenerator();

  /// A second one that compiles in the same way, for use by another thread.
  CodeGenerator another() const;
  /// One that compiles as fast as it can.
  CodeGenerator fast() const;

  /// Compiles \p M, which is used up: code generation changes it.
  Expected<ObjectBytes> compile(llvm::Module &M, const std::string &InputName,
                                const DiagnosticCollector &Diagnostics);

  /// For who compiles much that is small: what compile() is made of is kept for
  /// its next call, for modules of whatever context (as llc's -compile-twice
  /// has it). Not for modules that describe variables: a pass that was kept has
  /// references to those of the one before (AssignmentTrackingAnalysis).
  void keepPasses(bool Is = true) { KeepsPasses = Is; }

  /// A file that assembly in what compile() was given last includes (.incbin,
  /// .include), so that the object depends on more than the IR; empty for none,
  /// and where that was not asked for.
  const std::string &includedFile() const { return IncludedFile; }

  /// What compile() would make of the module in \p Bitcode, as text. Says
  /// nothing of what is wrong with it: compile() does.
  Expected<std::string> assemblyOf(llvm::ArrayRef<char> Bitcode);

  /// Nobody is told any more that a function has been compiled. Before
  /// compile().
  void becomeQuiet() { FunctionDone = nullptr; }

  /// To be called before compile(), if thread-local variables shall be emulated
  /// (as with TargetOptions::EmulatedTLS), and not those of an executable.
  void emulateThreadLocals() { Machine->Options.EmulatedTLS = true; }

  /// How the code can have libraries' thread-local variables.
  LibraryAccess accessToLibraries() const;

  const llvm::Triple &triple() const { return Machine->getTargetTriple(); }
  /// Brings \p M, which is not the one that this was made for, into agreement
  /// with the target.
  void setLayoutOf(llvm::Module &M) const {
    M.setDataLayout(Machine->createDataLayout());
  }
  /// fast() makes other code, and a program cannot tell but by its speed.
  bool mayBeFaster() const {
    return Machine->getOptLevel() != llvm::CodeGenOptLevel::None &&
           Machine->Options.AllowFPOpFusion != llvm::FPOpFusion::Fast;
  }
  /// 32-bit absolute addresses are used for code and data.
  bool needsLowAddresses() const;

  /// Gives the machine away; nothing can be compiled after that.
  std::unique_ptr<llvm::TargetMachine> takeMachine() {
    return std::move(Machine);
  }

private:
  explicit CodeGenerator(std::unique_ptr<llvm::TargetMachine> Machine);

  std::unique_ptr<llvm::TargetMachine> Machine;
  std::optional<uint64_t> LargeDataThreshold;
  std::function<void()> FunctionDone;
  bool IsForImage = false;
  bool FindsIncludedFiles = false;
  std::string IncludedFile;
  bool KeepsPasses = false;
  std::unique_ptr<CodePipeline> Kept; ///< It has a pointer to Machine.
};

/// A machine that is good for linking objects of \p Target, and for nothing
/// else. \p Target must be one that CodeGenerator::create accepts.
std::unique_ptr<llvm::TargetMachine>
machineForLinking(const llvm::Triple &Target);

} // namespace remoterun::jit

#endif
