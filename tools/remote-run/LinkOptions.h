//===- LinkOptions.h - What a linker's command line says --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LINKOPTIONS_H
#define REMOTERUN_TOOLS_LINKOPTIONS_H

#include "driver/settings/LinkSettings.h"
#include "jit/object/LinkInput.h"
#include "jit/object/SymbolRules.h"
#include "jit/target/Isa.h"
#include "remote-run/Failure.h"
#include "wire/Messages.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace remoterun {

/// The options that name the objects and archives of \p Inputs by absolute
/// paths.
std::vector<std::string> asOptions(llvm::ArrayRef<jit::LinkInput> Inputs);

/// What the command line says of all that. Looks for the files of -l: what is
/// an archive here is linked, and all else is left to the executor's loader.
Expected<driver::LinkSettings> chosenLinkLine(const driver::LinkScope &Scope);

} // namespace remoterun

#endif
