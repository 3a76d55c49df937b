//===- CodeGenerator.cpp - IR to a relocatable object ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/CodeGenerator.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/LlvmErrors.h"
#include "jit/base/LlvmVersion.h"
#include "jit/codegen/CodePipeline.h"
#include "jit/ir/LayoutAgreement.h"
#include "jit/target/Backends.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/BuiltinGCs.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Code for Thumb and for ARM is for one target here.
Triple withoutThumb(Triple CodeTriple) {
  StringRef Name = CodeTriple.getArchName();
  if (CodeTriple.getArch() == Triple::thumb && Name.consume_front("thumb"))
    CodeTriple.setArchName(("arm" + Name).str());
  return CodeTriple;
}

Triple chooseTriple(const Module &M, const CodeGenOptions &Options) {
  if (!Options.Triple.empty())
    return Triple(Triple::normalize(Options.Triple));
  if (Triple Named = llvm_version::targetTriple(M); !Named.str().empty())
    return withoutThumb(Named);
  return Triple(Options.DefaultTriple.empty() ? sys::getProcessTriple()
                                              : Options.DefaultTriple);
}

/// clang's -mcmodel leaves its choice in the module.
CodeModel::Model chooseCodeModel(const Module &M, const Isa &Target,
                                 const CodeGenOptions &Options) {
  if (Options.Code)
    return *Options.Code;
  if (!Target.HasCodeModels)
    return Target.Code;
  return M.getCodeModel().value_or(Target.Code);
}

/// Position-independent code is smaller, and RuntimeDyld has its relocations,
/// in the ISA's own code model only.
Reloc::Model chooseRelocationModel(CodeModel::Model Code, const Isa &Target,
                                   const CodeGenOptions &Options) {
  if (Options.Relocation)
    return *Options.Relocation;
  return Target.HasCodeModels && Code != Target.Code ? Reloc::Static
                                                     : Target.Relocation;
}

std::string joined(StringRef First, StringRef Second) {
  return (First + (First.empty() || Second.empty() ? "" : ",") + Second).str();
}

/// What a function says goes before the target machine's features.
void appendFeatures(Module &M, StringRef Features) {
  constexpr StringLiteral Name = "target-features";
  if (Features.empty())
    return;
  for (Function &F : M)
    if (F.hasFnAttribute(Name))
      F.addFnAttr(Name,
                  joined(F.getFnAttribute(Name).getValueAsString(), Features));
}

/// LLVM only mutters about a CPU or feature that it does not know, and goes on
/// to generate code for something else.
Expected<void> checkSubtarget(const Target &TheTarget, const Triple &CodeTriple,
                              const CodeGenOptions &Options) {
  if (Options.Cpu.empty() && Options.Features.empty())
    return {};
  std::unique_ptr<MCSubtargetInfo> Subtarget =
      llvm_version::createSubtarget(TheTarget, CodeTriple, "");
  if (!Subtarget)
    return {};
  if (Options.Cpu == "help" || Options.Features == "+help") {
    // LLVM prints the lists, to standard error.
    llvm_version::createSubtarget(TheTarget, CodeTriple, "help");
    return Failure{Blame::Usage, "", 0};
  }
  auto IsKnown = [&](StringRef Feature) {
    return any_of(Subtarget->getAllProcessorFeatures(),
                  [&](const SubtargetFeatureKV &Known) {
                    return Feature == llvm_version::nameOf(Known);
                  });
  };
  if (!Options.Cpu.empty() && !Subtarget->isCPUStringValid(Options.Cpu))
    return Failure{Blame::Usage,
                   "-mcpu=" + Options.Cpu + ": unknown processor for '" +
                       CodeTriple.str() + "'; -mcpu=help lists them"};
  SmallVector<StringRef, 8> Features;
  StringRef(Options.Features).split(Features, ',', -1, /*KeepEmpty=*/false);
  for (StringRef Feature : Features)
    if (StringRef Name = Feature.ltrim("+-"); !IsKnown(Name))
      return Failure{Blame::Usage,
                     "-mattr=" + Feature.str() + ": unknown feature for '" +
                         CodeTriple.str() + "'; -mattr=help lists them"};
  return {};
}

/// A function that says what it is for goes before -mcpu. For a processor that
/// LLVM does not know, it would print that, and give up later.
Expected<void> checkProcessors(const Module &M, const TargetMachine &Machine) {
  const MCSubtargetInfo &Subtarget = llvm_version::subtargetOf(Machine);
  StringSet<> Known;
  for (const Function &F : M) {
    StringRef Name = F.getFnAttribute("target-cpu").getValueAsString();
    if (!Name.empty() && Known.insert(Name).second &&
        !Subtarget.isCPUStringValid(Name))
      return Failure{Blame::Input, "function '" + F.getName().str() +
                                       "' is for an unknown processor, '" +
                                       Name.str() + "'"};
  }
  return {};
}

/// LLVM registers them when they are linked in, which these calls see to.
void haveCollectors() {
  linkAllBuiltinGCs();
  linkErlangGCPrinter();
  linkOcamlGCPrinter();
}

} // namespace

Expected<CodeGenerator> CodeGenerator::create(Module &M,
                                              const CodeGenOptions &Options) {
  haveCollectors();
  Triple CodeTriple = chooseTriple(M, Options);
  std::string Error;
  const Isa *Known = findIsa(CodeTriple.getArch());
  if (!Known || !initializeBackend(CodeTriple.getArch()))
    return Failure{Blame::Input, "cannot compile for '" + CodeTriple.str() +
                                     "': this instruction set is not "
                                     "supported"};
  if (CodeTriple.isX32())
    return Failure{Blame::Input, "cannot compile for '" + CodeTriple.str() +
                                     "': x32, with addresses of 32 bits, is "
                                     "not supported; compile without -mx32"};
  const Target *TheTarget =
      TargetRegistry::lookupTarget(Options.Arch, CodeTriple, Error);
  if (!TheTarget)
    return Failure{Blame::Input,
                   "cannot compile for '" + CodeTriple.str() + "': " + Error};
  if (!CodeTriple.isOSBinFormatELF())
    return Failure{Blame::Input, "cannot compile for '" + CodeTriple.str() +
                                     "': only ELF targets are supported"};
  if (auto Checked = checkSubtarget(*TheTarget, CodeTriple, Options); !Checked)
    return Checked.error();
  CodeModel::Model Code = chooseCodeModel(M, *Known, Options);
  TargetOptions ForTarget = Options.Target;
  // ARM has that in any case, but the order of the others otherwise.
  ForTarget.UseInitArray = true;
  if (Known->AdjustOptions)
    Known->AdjustOptions(ForTarget);
  std::unique_ptr<TargetMachine> Machine = llvm_version::createMachine(
      *TheTarget, CodeTriple, Options.Cpu,
      joined(Options.Features, Known->Features), ForTarget,
      chooseRelocationModel(Code, *Known, Options), Code, Options.Level);
  if (!Machine)
    return Failure{Blame::Input,
                   "cannot compile for '" + CodeTriple.str() + "'"};
  if (auto Checked = checkProcessors(M, *Machine); !Checked)
    return Checked.error();
  auto Threshold = Options.LargeDataThreshold ? Options.LargeDataThreshold
                                              : M.getLargeDataThreshold();
  if (Threshold)
    Machine->setLargeDataThreshold(*Threshold);
  llvm_version::setTargetTriple(M, CodeTriple);
  const DataLayout Layout = Machine->createDataLayout();
  if (!agreesWith(M.getDataLayout(), Layout, M.getContext()))
    return Failure{Blame::Input,
                   "the module's data layout '" +
                       M.getDataLayout().getStringRepresentation() +
                       "' is not that of '" + CodeTriple.str() +
                       "', which is '" + Layout.getStringRepresentation() +
                       "'"};
  M.setDataLayout(Layout);
  // Our patches read the relocations that RuntimeDyld reads.
  Machine->Options.MCOptions.Crel = false;
  // As clang does: debuggers find the arguments of optimized calls by it.
  if (Options.Level != CodeGenOptLevel::None &&
      M.debug_compile_units_begin() != M.debug_compile_units_end())
    Machine->Options.EmitCallSiteInfo = true;
  // The program is an executable: its thread-local variables are at fixed
  // offsets from the thread pointer.
  if (M.getPIELevel() == PIELevel::Default)
    M.setPIELevel(PIELevel::Large);
  // Code generation puts references of its own, as to the stack protector's
  // guard, through a GOT otherwise. 32 bits reach everything.
  if (CodeTriple.isArch32Bit())
    M.setDirectAccessExternalData(true);
  if (Options.Annotate)
    Options.Annotate(M);
  appendFeatures(M, Known->Features);
  CodeGenerator Made(std::move(Machine));
  Made.LargeDataThreshold = Threshold;
  Made.FunctionDone = Options.FunctionDone;
  Made.IsForImage = Options.IsForImage;
  Made.FindsIncludedFiles = Options.FindsIncludedFiles;
  return Made;
}

CodeGenerator CodeGenerator::another() const {
  std::unique_ptr<TargetMachine> Copy = llvm_version::createMachine(
      Machine->getTarget(), Machine->getTargetTriple(),
      Machine->getTargetCPU().str(), Machine->getTargetFeatureString().str(),
      Machine->Options, Machine->getRelocationModel(), Machine->getCodeModel(),
      Machine->getOptLevel());
  if (LargeDataThreshold)
    Copy->setLargeDataThreshold(*LargeDataThreshold);
  CodeGenerator Made(std::move(Copy));
  Made.LargeDataThreshold = LargeDataThreshold;
  Made.FunctionDone = FunctionDone;
  Made.IsForImage = IsForImage;
  Made.FindsIncludedFiles = FindsIncludedFiles;
  return Made;
}

CodeGenerator CodeGenerator::fast() const {
  CodeGenerator Made = another();
  Made.Machine->setOptLevel(CodeGenOptLevel::None);
  Made.Machine->setFastISel(true);
  return Made;
}

/// Code that depends on its position has them by their offsets from the thread
/// pointer, for which the dynamic linker has little room. LLVM emulates all
/// variables or none.
LibraryAccess CodeGenerator::accessToLibraries() const {
  LibraryAccess Its = isaOf(triple()).ThreadLocals.OfLibraries;
  bool NeedsImage = Its == LibraryAccess::Descriptor;
  return Machine->Options.EmulatedTLS || !Machine->isPositionIndependent() ||
                 (NeedsImage && !IsForImage)
             ? LibraryAccess::Call
             : Its;
}

bool CodeGenerator::needsLowAddresses() const {
  return isaOf(Machine->getTargetTriple()).StaticNeedsLowAddresses &&
         Machine->getRelocationModel() == Reloc::Static &&
         Machine->getCodeModel() != CodeModel::Large;
}

CodeGenerator::CodeGenerator(std::unique_ptr<TargetMachine> Machine)
    : Machine(std::move(Machine)) {}
CodeGenerator::CodeGenerator(CodeGenerator &&) noexcept = default;
CodeGenerator::~CodeGenerator() = default;

Expected<ObjectBytes>
CodeGenerator::compile(Module &M, const std::string &InputName,
                       const DiagnosticCollector &Diagnostics) {
  std::unique_ptr<CodePipeline> Its = std::move(Kept);
  if (!Its)
    Its = CodePipeline::create(*Machine, FunctionDone, FindsIncludedFiles);
  if (!Its)
    return Failure{Blame::Internal, "target '" +
                                        Machine->getTargetTriple().str() +
                                        "' cannot emit objects"};
  ObjectBytes Object = Its->run(M);
  IncludedFile = Its->includedFile();
  if (auto Checked = Diagnostics.check(InputName); !Checked)
    return Checked.error();
  if (KeepsPasses)
    Kept = std::move(Its);
  return Object;
}

Expected<std::string> CodeGenerator::assemblyOf(ArrayRef<char> Bitcode) {
  LLVMContext Context;
  DiagnosticCollector Ignored;
  Ignored.attachTo(Context);
  auto M = readBitcode(Bitcode, Context);
  if (!M)
    return fromLlvm(Blame::Internal, "cannot copy the program", M.takeError());
  // With what is in which stack slot and block, as llc and clang -S have it.
  Machine->Options.MCOptions.AsmVerbose = true;
  SmallString<0> Text;
  raw_svector_ostream Stream(Text);
  legacy::PassManager Passes;
  Passes.add(new TargetLibraryInfoWrapperPass(Machine->getTargetTriple()));
  if (Machine->addPassesToEmitFile(Passes, Stream, /*DwoOut=*/nullptr,
                                   CodeGenFileType::AssemblyFile,
                                   /*DisableVerify=*/true))
    return Failure{Blame::Internal, "target '" +
                                        Machine->getTargetTriple().str() +
                                        "' cannot emit assembly"};
  Passes.run(**M);
  return std::string(Text);
}

std::unique_ptr<TargetMachine> machineForLinking(const Triple &Wanted) {
  initializeBackend(Wanted.getArch());
  std::string Error;
  Triple Target = Wanted; // The registry would change it, for another -march.
  const llvm::Target *TheTarget =
      TargetRegistry::lookupTarget("", Target, Error);
  return llvm_version::createMachine(*TheTarget, Target, "", "", {},
                                     Reloc::PIC_, CodeModel::Small,
                                     CodeGenOptLevel::None);
}

} // namespace remoterun::jit
