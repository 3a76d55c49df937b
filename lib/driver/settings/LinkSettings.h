//===- LinkSettings.h - What is linked, and where from ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_LINKSETTINGS_H
#define REMOTERUN_DRIVER_SETTINGS_LINKSETTINGS_H

#include "jit/object/LinkInput.h"
#include "jit/object/SymbolRules.h"
#include "jit/target/Isa.h"
#include "remote-run/ExecutorAddr.h"
#include "wire/Messages.h"

#include <map>
#include <string>
#include <vector>

namespace remoterun::driver {

/// What is linked with the IR, and where from.
struct LinkSettings {
  struct Library {
    wire::Load::Kind NamedBy;
    std::string Text;
  };
  /// One that is loaded only if it defines what the program needs.
  struct SpareLibrary {
    std::string Text; ///< The argument of dlopen.
    std::string File; ///< Here.
  };

  // Each in the order of the command line.
  std::vector<jit::LinkInput> Inputs;
  std::vector<Library> Libraries; ///< For the executor.
  std::vector<SpareLibrary> Spare;
  std::vector<std::string> Directories; ///< Of -L, and of scripts.
  /// Shared libraries that the executor starts with (LD_PRELOAD).
  std::vector<std::string> Preloaded;
  /// Symbols that are linked although nothing refers to them.
  std::vector<std::string> Wanted;
  jit::SymbolRules Rules;
  /// Of --runtime=gprof.
  bool StartsGprof = false;

  /// Names that have an address without being looked up.
  std::map<std::string, ExecutorAddr> AbsoluteSymbols;
  bool ProcessSymbols = true; ///< Or else those of Libraries alone.
  bool AsImage = false;       ///< A shared object for the dynamic linker.
  /// The executor loads the libraries that are found here.
  bool SeesLibraries = false;
};

/// Where the libraries of a link are.
struct LinkScope {
  const jit::Isa &Target;
  std::string Root;            ///< Of an emulator; empty for none.
  bool SharesFiles = false;    ///< The executor sees the files that we see.
  bool StartsExecutor = false; ///< It is our child, and no emulator's guest.
};

} // namespace remoterun::driver

#endif
