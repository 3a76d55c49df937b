//===- SymbolOptions.h - What a linker's options say of symbols -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_SYMBOLOPTIONS_H
#define REMOTERUN_TOOLS_SYMBOLOPTIONS_H

#include "jit/object/SymbolRules.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/ArrayRef.h"

namespace remoterun {

/// What --wrap, --defsym, --export-dynamic and their like say. Reads the files
/// that some of them name, also from the directories of -L.
Expected<jit::SymbolRules>
chosenSymbolRules(llvm::ArrayRef<std::string> Directories);

/// Fails for a keyword of -z that nobody knows, or that asks for what cannot
/// be.
Expected<void> checkLinkerKeywords();

} // namespace remoterun

#endif
