//===- ReplaceableFunctions.h - Names that lead to other code ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function that may be replaced has one address for ever: an entry that jumps
// to what stands in a slot, as an ifunc's. The entries of a module are in a
// module of their own, which stays when the bodies are replaced.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_REPLACEABLEFUNCTIONS_H
#define REMOTERUN_DRIVER_OPEN_REPLACEABLEFUNCTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Triple.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace remoterun::driver {

struct ReplaceableFunction {
  std::string Name; ///< Of the entry.
  std::string Body; ///< Of what is called.
  std::string Type; ///< LLVM's text, to compare.
};

/// What the names of bodies end in, before a number.
inline constexpr llvm::StringLiteral BodySuffix = ".body.";

/// What the name of an entry's slot begins with, for who writes to it.
inline constexpr llvm::StringLiteral SlotPrefix = "remote_run.slot.";

/// What the caller knows \p Function by, which may be demangled.
std::string withoutBodySuffix(llvm::StringRef Function);

/// Gives the functions that \p M defines for others new names, which end in \p
/// Suffix, and has all uses but direct calls refer to the entries. Before any
/// other constructor of \p M, the entries are made to lead to them.
std::vector<ReplaceableFunction> separateBodies(llvm::Module &M,
                                                llvm::StringRef Suffix);

/// The text of a module that defines an entry for each, as an ifunc; where it
/// leads is written to its slot by the bodies.
std::string makeEntries(llvm::ArrayRef<ReplaceableFunction> Functions,
                        const llvm::Triple &Target);

} // namespace remoterun::driver

#endif
