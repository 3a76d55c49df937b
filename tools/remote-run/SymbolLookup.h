//===- SymbolLookup.h - Asking the executor for symbols ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One lookup for the whole program. A program that takes long to compile is
// asked for before that: one that lacks a symbol is not compiled, and what was
// found is not asked for again.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_SYMBOLLOOKUP_H
#define REMOTERUN_TOOLS_SYMBOLLOOKUP_H

#include "jit/object/NativeInputs.h"

#include "Compile.h"

namespace remoterun {

/// Sends the question for what the linked program needs and is not known; the
/// executor works on it while RuntimeDyld loads the objects.
Expected<jit::Program::Wanted>
askForSymbols(const Options &Chosen, Workshop &Shop, controller::Session &Link);

/// Pairs the executor's answer with the question; fails on what is missing.
/// Returns what was left out of the program and must not be.
Expected<std::vector<std::string>>
receiveSymbols(const Options &Chosen, Workshop &Shop,
               const jit::Program::Wanted &Wanted, controller::Session &Link);

/// Where the program cannot be an image: has its libraries loaded, and asks
/// where what was left to the dynamic linker is.
Expected<void> bindWithoutImage(const Options &Chosen, Workshop &Shop,
                                controller::Session &Link);

/// Before the IR in \p Shop is compiled, if that will take long: asks for what
/// it and \p Inputs refer to, and fails where something is missing for certain.
/// The IR may have been read again after this.
Expected<void> askBeforeCompiling(const Options &Chosen, Workshop &Shop,
                                  const jit::NativeInputs &Inputs,
                                  controller::Session &Link);

} // namespace remoterun

#endif
