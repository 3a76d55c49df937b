//===- LateTables.h - What late code refers to ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_LATETABLES_H
#define REMOTERUN_DRIVER_LINK_LATETABLES_H

#include "jit/codegen/LatePlan.h"
#include "jit/link/LateLinker.h"
#include "jit/link/RemoteEngine.h"
#include "jit/target/LateSlots.h"
#include "wire/Codec.h"

#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace remoterun::driver {

/// What a linked program says of itself to the linker of its late functions.
struct LateTables {
  ExecutorAddr Windows; ///< Where they begin (LateWindows).
  ExecutorAddr Entries; ///< Of late functions, one behind the other.
  /// All names that are not of entries of the program.
  llvm::StringMap<jit::LateReference> Others;
  /// The index of unwind tables, as it is before there is late code.
  std::vector<uint8_t> UnwindIndex;

  /// Of \p Engine, which has given the program its place, with windows.
  static LateTables of(jit::RemoteEngine &Engine,
                       const jit::SymbolAddresses &Addresses,
                       const jit::LatePlan &Plan, const jit::LateCode &Code);

  /// A hash of all that: late code that was linked by equal tables is the same.
  std::string Identity;

  void encode(wire::ByteWriter &Out) const;
  /// What encode() has written. Only \p In tells whether it was all there.
  static LateTables decode(wire::ByteReader &In);

private:
  void encodeContents(wire::ByteWriter &Out) const;
};

} // namespace remoterun::driver

#endif
