//===- LateDivision.h - Units without late functions ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_LATEDIVISION_H
#define REMOTERUN_DRIVER_COMPILE_LATEDIVISION_H

#include "driver/compile/Compilation.h"
#include "jit/codegen/LateBodies.h"

#include <memory>
#include <vector>

namespace remoterun::driver {

/// Whether functions of a program may be compiled while it runs, as far as the
/// settings decide it.
bool mayBeLate(const ProgramSettings &Settings);

struct LateDivision {
  std::shared_ptr<const jit::PlanOnDemand> Plan;
  std::vector<jit::LateBodies::Unit> Bodies; ///< Of each unit of the program.
};

/// Takes late functions from the units that \p Work has loaded. \p Generators
/// are the units'.
Expected<LateDivision>
divideUnits(Compilation &Work,
            const std::vector<jit::CodeGenerator> &Generators);

/// When the rest of the units has been compiled: has \p Work's late functions
/// compiled, constructors and the program's entry first. The units and their
/// context are gone then.
void startLateWorkers(Compilation &Work, LateDivision Division);

} // namespace remoterun::driver

#endif
