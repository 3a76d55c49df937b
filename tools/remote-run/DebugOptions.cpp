//===- DebugOptions.cpp - What debuggers and profilers are given ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DebugOptions.h"
#include "OptionTable.h"

using namespace llvm;

namespace remoterun {

driver::DebugSettings chosenDebugging() {
  driver::DebugSettings Result;
  cl::boolOrDefault Support = options::DebuggerSupport;
  if (Support != cl::boolOrDefault::BOU_UNSET)
    Result.Support = Support == cl::boolOrDefault::BOU_TRUE;
  Result.Wait = options::WaitForDebugger;
  if (options::Perf.getNumOccurrences() > 0)
    Result.PerfFolder = options::Perf.getValue();
  return Result;
}

} // namespace remoterun
