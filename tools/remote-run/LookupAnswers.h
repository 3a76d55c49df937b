//===- LookupAnswers.h - What a question and its answer mean ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the questions before compiling and after it have in common.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LOOKUPANSWERS_H
#define REMOTERUN_TOOLS_LOOKUPANSWERS_H

#include "Compile.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace remoterun {

/// Loads those of the libraries under --as-needed for which \p IsNeeded is
/// true.
Expected<void>
loadSpare(const Options &Chosen,
          llvm::function_ref<bool(const LinkLine::SpareLibrary &)> IsNeeded,
          Workshop &Shop, controller::Session &Link);

/// What libraries that are loaded with an image, or later, bind to.
bool isForLibraries(const jit::ProgramSymbols::Definition &Found);

/// Whether it is for the dynamic linker to say where that is.
bool isImported(const Options &Chosen, const wire::LookupReply::Symbol &Answer);
jit::ImportedSymbol imported(const wire::LookupReply::Symbol &Answer,
                             const wire::LookupReply &Reply);

/// The libraries that the program has to name.
void noteNeeded(const wire::LookupReply &Reply, Workshop &Shop);

} // namespace remoterun

#endif
