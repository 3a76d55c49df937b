//===- LliOptions.cpp - What is taken in the place of lli and llc ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who replaces lli by remote-run keeps his command lines: what lli's options
// for MCJIT ask for is done, and what only its other engines can do is refused
// with the reason.
//
//===----------------------------------------------------------------------===//

#include "OptionTable.h"
#include "jit/codegen/CodeGenFlags.h"

#include "llvm/CodeGen/CommandFlags.h"

using namespace llvm;

namespace remoterun::options {

cl::OptionCategory Compatibility("lli compatibility");

cl::opt<bool> EnableCacheManager(
    "enable-cache-manager",
    cl::desc("Keep the compiled object in --object-cache-dir"),
    cl::cat(Compatibility));
cl::opt<std::string>
    ObjectCacheDir("object-cache-dir", cl::value_desc("dir"),
                   cl::desc("Where the cache manager keeps objects"),
                   cl::cat(Compatibility));

namespace {

cl::opt<bool> RemoteMcjit("remote-mcjit",
                          cl::desc("Accepted with --mcjit-remote-process"),
                          cl::cat(Compatibility));
cl::opt<bool> NoLazyCompilation(
    "disable-lazy-compilation", cl::init(true),
    cl::desc("With false as --lazy=on, with true as --lazy=off"),
    cl::cat(Compatibility));
cl::opt<std::string> JitKind("jit-kind", cl::init("mcjit"),
                             cl::value_desc("mcjit"),
                             cl::desc("Accepted with mcjit only"),
                             cl::cat(Compatibility));
cl::opt<std::string> JitLinker("jit-linker", cl::init("default"),
                               cl::value_desc("default|rtdyld"),
                               cl::desc("Accepted with default and rtdyld "
                                        "only"),
                               cl::cat(Compatibility));

// lli's options for other engines: known, so that they can be refused with a
// reason.
cl::opt<bool> ForceInterpreter("force-interpreter", cl::ReallyHidden);
cl::opt<std::string> OrcRuntime("orc-runtime", cl::ReallyHidden);
cl::opt<std::string> LLJITPlatform("lljit-platform", cl::ReallyHidden);
cl::opt<bool> PerModuleLazy("per-module-lazy", cl::ReallyHidden);
cl::opt<unsigned> CompileThreads("compile-threads", cl::ReallyHidden);
cl::list<std::string> ThreadEntry("thread-entry", cl::ReallyHidden);
cl::list<std::string> JitDylib("jd", cl::ReallyHidden);
cl::opt<std::string> OrcLazyDebug("orc-lazy-debug", cl::ReallyHidden);
cl::list<std::string> Generate("generate", cl::ReallyHidden);

bool given(const cl::Option &Option) { return Option.getNumOccurrences() > 0; }

} // namespace

std::optional<Laziness> lazinessOfLli() {
  if (!given(NoLazyCompilation))
    return std::nullopt;
  return NoLazyCompilation ? Laziness::Off : Laziness::On;
}

const std::vector<Refusal> &refusals() {
  static constexpr char Lazy[] =
      "it steers ORC's lazy compilation, and MCJIT compiles the whole program "
      "before it runs; drop it";
  static const std::vector<Refusal> All = {
      {"--jit-kind", [] { return JitKind != "mcjit"; },
       "only mcjit can place code in another process here; use "
       "--jit-kind=mcjit, or lli for ORC in its own process"},
      {"--force-interpreter", [] { return ForceInterpreter.getValue(); },
       "the executor runs compiled code only; use lli to interpret"},
      {"--orc-runtime", [] { return given(OrcRuntime); },
       "the executor has constructors, exceptions and thread-local storage "
       "without it; drop it"},
      {"--jit-linker",
       [] { return JitLinker != "default" && JitLinker != "rtdyld"; },
       "MCJIT links with RuntimeDyld; drop it or use --jit-linker=rtdyld"},
      {"--lljit-platform",
       [] { return given(LLJITPlatform) && LLJITPlatform != "Inactive"; },
       "it belongs to ORC; drop it or use --lljit-platform=Inactive"},
      // LLVM's own tests count on it that lli refuses this.
      {"--remote-mcjit without --mcjit-remote-process",
       [] { return RemoteMcjit && Stub.empty(); },
       "as with lli, the executor is to be named then; drop it, because the "
       "program always runs in another process"},
      {"--per-module-lazy", [] { return PerModuleLazy.getValue(); }, Lazy},
      {"--compile-threads", [] { return given(CompileThreads); }, Lazy},
      {"--thread-entry", [] { return given(ThreadEntry); },
       "it belongs to ORC's lazy engine; start threads in the program"},
      {"--jd", [] { return given(JitDylib); },
       "there is one symbol scope, the program's; use --extra-module"},
      {"--orc-lazy-debug", [] { return given(OrcLazyDebug); }, Lazy},
      {"--generate", [] { return given(Generate); },
       "it belongs to ORC; drop it"},
      {"--use-ctors", [] { return codegen::getUseCtors(); },
       "the executor runs .init_array, not .ctors; drop it"},
      {"--filetype", [] { return codegen::getExplicitFileType().has_value(); },
       "the program is run, not written to a file; use llc for that"},
  };
  return All;
}

} // namespace remoterun::options
