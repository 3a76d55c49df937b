//===- ForLibraries.cpp - What a program has for libraries ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What libraries find in the executable natively, told by RemoteEngine when
// everything has its address.
//
//===----------------------------------------------------------------------===//

#include "jit/link/RemoteEngine.h"

using namespace llvm;

namespace remoterun::jit {

wire::Interpose
RemoteEngine::replacements(function_ref<bool(StringRef)> Exported) const {
  wire::Interpose Made;
  Made.Definitions = exportedDefinitions(Exported);
  Made.Variables = Additions.Nearby.movedVariables(*Memory);
  Made.Copies = Additions.Imported.copies(*Memory);
  Made.Functions = movedFunctions();
  Made.ThreadLocals = exportedThreadLocals(Exported);
  return Made;
}

/// The functions of libraries whose addresses are in the program.
List<wire::Interpose::Definition> RemoteEngine::movedFunctions() const {
  List<wire::Interpose::Definition> Functions;
  Additions.Nearby.addFunctions(*Memory, Functions);
  Additions.Imported.addFunctions(*Memory, Functions);
  return Functions;
}

List<wire::Interpose::Definition> RemoteEngine::exportedDefinitions(
    function_ref<bool(StringRef)> Exported) const {
  List<wire::Interpose::Definition> Definitions;
  Symbols->forEach([&](StringRef Name, const Symbol &Found) {
    if (!Found.IsExported || Found.isThreadLocal() || !Exported(Name))
      return;
    if (ExecutorAddr Address = addressOf(Name, Found); !Address.isNull())
      Definitions.push({Address, std::string_view(Name)});
  });
  return Definitions;
}

List<wire::Interpose::ThreadLocal> RemoteEngine::exportedThreadLocals(
    function_ref<bool(StringRef)> Exported) const {
  List<wire::Interpose::ThreadLocal> Variables;
  Symbols->forEach([&](StringRef Name, const Symbol &Found) {
    if (!Found.IsExported || !Found.isThreadLocal() || !Exported(Name))
      return;
    auto Place = Joined->find(Name, Found);
    auto Offset = Place ? Additions.Variables.offsetOf(*Place)
                        : std::optional<uint64_t>();
    if (Offset)
      Variables.push({*Offset, Found.Size, std::string_view(Name)});
  });
  return Variables;
}

} // namespace remoterun::jit
