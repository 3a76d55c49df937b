//===- Instrumentation.cpp - Runtimes that no code asks for ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/Instrumentation.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// The part of a module that matters here.
class Instrumented {
public:
  Instrumented(const Module &M, function_ref<bool(StringRef)> Defines)
      : M(M), Defines(Defines) {}

  bool countsForProfile() const {
    return any_of(M.globals(), [](const GlobalVariable &Variable) {
      return Variable.getSection().starts_with("__llvm_prf_cnts");
    });
  }

  bool hasSleds() const {
    return any_of(M, [](const Function &F) {
      return !F.isDeclaration() &&
             (F.hasFnAttribute("xray-instruction-threshold") ||
              F.getFnAttribute("function-instrument").getValueAsString() ==
                  "xray-always");
    });
  }

  /// The program sees to it itself: one of \p Names is its own, or used by it.
  bool knows(ArrayRef<StringRef> Names) const {
    return any_of(Names, [&](StringRef Name) {
      const GlobalValue *Own = M.getNamedValue(Name);
      return Defines(Name) ||
             (Own && (!Own->isDeclaration() || !Own->use_empty()));
    });
  }

private:
  const Module &M;
  function_ref<bool(StringRef)> Defines;
};

/// How each kind of log comes in: they register themselves.
constexpr StringLiteral NamesOfXray[] = {
    "__xray_init", "_ZN6__xray26basicLogDynamicInitializerEv",
    "_ZN6__xray24fdrLogDynamicInitializerEv",
    "_ZN6__xray27profilingDynamicInitializerEv"};

} // namespace

InstrumentationNeeds
findInstrumentationNeeds(const Module &M, const std::string &Input,
                         function_ref<bool(StringRef)> Defines) {
  Instrumented Code(M, Defines);
  InstrumentationNeeds Needs;
  const std::string Quoted = "'" + Input + "' ";
  if (Code.countsForProfile()) {
    // What clang has the linker look for (-u).
    if (Defines("__llvm_profile_runtime"))
      Needs.Names.push_back("__llvm_profile_runtime");
    else if (!Code.knows({"__llvm_profile_runtime", "__llvm_profile_write_file",
                          "__start___llvm_prf_cnts"}))
      Needs.Warnings.push_back(Quoted +
                               "counts for a profile, and nothing writes it: "
                               "add --runtime=profile");
  }
  if (Code.hasSleds()) {
    for (StringRef Name : NamesOfXray)
      if (Defines(Name))
        Needs.Names.push_back(Name.str());
    if (!Code.knows({"__xray_init", "__start_xray_instr_map"}))
      Needs.Warnings.push_back(
          Quoted + "was compiled with -fxray-instrument, and nothing traces "
                   "it: add --runtime=xray");
  }
  return Needs;
}

} // namespace remoterun::jit
