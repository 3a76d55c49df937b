//===- LateNames.h - What late code means by names --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_LATENAMES_H
#define REMOTERUN_DRIVER_LINK_LATENAMES_H

#include "driver/link/LateTables.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <optional>

namespace remoterun::driver {

/// The names of late functions, and of what late code refers to beside them.
class LateNames {
public:
  LateNames(const jit::LatePlan &Plan, const LateReferences &References)
      : Plan(Plan), References(References) {
    for (uint32_t Number = 0; Number != Plan.Functions.size(); ++Number)
      if (!References.Others.contains(of(Number)))
        Numbers[of(Number)] = Number;
    for (uint32_t Place = 0; Place != References.Exported.size(); ++Place)
      PlaceOfSymbols[References.Exported[Place].first] = Place;
  }

  /// The late function that goes by \p Name.
  std::optional<uint32_t> number(llvm::StringRef Name) const {
    auto Its = Numbers.find(Name);
    return Its == Numbers.end() ? std::nullopt : std::optional(Its->second);
  }
  /// What is no late function.
  std::optional<jit::LateReference> other(llvm::StringRef Name) const {
    auto Its = References.Others.find(Name);
    return Its == References.Others.end() ? std::nullopt
                                          : std::optional(Its->second);
  }
  /// The symbol of the late function \p Number.
  llvm::StringRef of(uint32_t Number) const {
    return Plan.Functions[Number].symbol();
  }
  /// For code of the late function \p Number; nothing for what the dynamic
  /// linker does not know.
  std::optional<jit::BodySymbol> symbolFor(uint32_t Number, bool IsFast,
                                           ExecutorRange Code) const {
    auto Its = PlaceOfSymbols.find(Number);
    if (Its == PlaceOfSymbols.end())
      return std::nullopt;
    return jit::BodySymbol{.Offset = jit::BodySymbols::offsetOf(
                               References.StartOfSymbols, Its->second, IsFast),
                           .Name = References.Exported[Its->second].second,
                           .Range = Code};
  }
  bool hasDebugInfo(uint32_t Number) const {
    return Plan.Units[Plan.Functions[Number].Unit].HasDebugInfo;
  }

private:
  const jit::LatePlan &Plan;
  const LateReferences &References;
  llvm::StringMap<uint32_t> Numbers;
  llvm::DenseMap<uint32_t, uint32_t>
      PlaceOfSymbols; ///< By a function's number.
};

} // namespace remoterun::driver

#endif
