//===- LinkOptions.h - What a linker's command line says --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LINKOPTIONS_H
#define REMOTERUN_TOOLS_LINKOPTIONS_H

#include "controller/base/Failure.h"
#include "jit/object/LinkInput.h"
#include "jit/object/SymbolRules.h"
#include "jit/target/Isa.h"
#include "wire/Messages.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace remoterun {

/// What is linked with the IR, and where from.
struct LinkLine {
  struct Library {
    wire::Load::Kind How;
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
};

/// The options that name the objects and archives of \p Inputs by absolute
/// paths.
std::vector<std::string> asOptions(llvm::ArrayRef<jit::LinkInput> Inputs);

/// Where the libraries of a link are.
struct LinkScope {
  const jit::Isa &Target;
  std::string Root;            ///< Of an emulator; empty for none.
  bool SharesFiles = false;    ///< The executor sees the files that we see.
  bool StartsExecutor = false; ///< It is our child, and no emulator's guest.
};

/// What the command line says of all that. Looks for the files of -l: what is
/// an archive here is linked, and all else is left to the executor's loader.
Expected<LinkLine> chosenLinkLine(const LinkScope &Scope);

} // namespace remoterun

#endif
