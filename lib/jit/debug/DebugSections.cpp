//===- DebugSections.cpp - Debug information of an object -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/DebugSections.h"

using namespace llvm;

namespace remoterun::jit {

bool isDebugSection(StringRef Name) {
  return Name.starts_with(".debug_") && !Name.starts_with(".debug_pub") &&
         Name != ".debug_names" && Name != ".debug_aranges" &&
         !Name.ends_with(".dwo");
}

} // namespace remoterun::jit
