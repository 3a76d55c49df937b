//===- LateTables.h - What late code refers to ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_LATETABLES_H
#define REMOTERUN_DRIVER_LINK_LATETABLES_H

#include "jit/base/OnDemand.h"
#include "jit/codegen/LatePlan.h"
#include "jit/link/LateLinker.h"
#include "jit/link/RemoteEngine.h"
#include "jit/target/LateSlots.h"
#include "wire/Codec.h"

#include "llvm/ADT/StringMap.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::driver {

/// What late code is linked to.
struct LateReferences {
  /// All names that are not of entries of the program.
  llvm::StringMap<jit::LateReference> Others;
  /// The index of unwind tables, as it is before there is late code.
  std::vector<uint8_t> UnwindIndex;
  /// Late functions that the dynamic linker knows, by their numbers, with their
  /// names (BodySymbol); and where the first one's symbols begin.
  std::vector<std::pair<uint32_t, uint32_t>> Exported;
  uint32_t StartOfSymbols = 0;

  void encode(wire::ByteWriter &Out) const;
  /// What encode() has written; null for anything else.
  static std::shared_ptr<const LateReferences> decode(wire::ByteReader In);
};

/// What a linked program says of itself to the linker of its late functions.
struct LateTables {
  ExecutorAddr Windows; ///< Where they begin (LateWindows).
  ExecutorAddr Entries; ///< Of late functions, one behind the other.
  /// Where late code was linked before, nobody may need them.
  std::shared_ptr<const jit::OnDemand<LateReferences>> References;
  /// A hash of all that: late code that was linked by equal tables is the same.
  std::string Identity;

  /// Of \p Engine, which has given the program its place, with windows.
  static LateTables of(jit::RemoteEngine &Engine,
                       const jit::SymbolAddresses &Addresses,
                       const jit::LatePlan &Plan, const jit::LateCode &Code);

  /// All but the references.
  void encode(wire::ByteWriter &Out) const;
  /// What encode() has written, with what \p Read gives. Only \p In tells
  /// whether it was all there.
  static LateTables decode(wire::ByteReader &In,
                           jit::OnDemand<LateReferences>::Reader Read);
};

} // namespace remoterun::driver

#endif
