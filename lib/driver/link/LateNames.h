//===- LateNames.h - What late code means by names --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_LATENAMES_H
#define REMOTERUN_DRIVER_LINK_LATENAMES_H

#include "driver/link/LateTables.h"

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
    return llvm::GlobalValue::dropLLVMManglingEscape(
        Plan.Functions[Number].Name);
  }
  bool hasDebugInfo(uint32_t Number) const {
    return Plan.Units[Plan.Functions[Number].Unit].HasDebugInfo;
  }

private:
  const jit::LatePlan &Plan;
  const LateReferences &References;
  llvm::StringMap<uint32_t> Numbers;
};

} // namespace remoterun::driver

#endif
