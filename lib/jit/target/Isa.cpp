//===- Isa.cpp - What differs between instruction sets --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/Isa.h"
#include "jit/target/Isas.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace remoterun::jit {

ArrayRef<const Isa *> allIsas() {
  static const Isa *const All[] = {&X86_64Isa, &AArch64Isa,     &RISCV64Isa,
                                   &ArmIsa,    &PowerPC64LEIsa, &SystemZIsa};
  return All;
}

const Isa *findIsa(Triple::ArchType Arch) {
  // Code for the one is code for the other here.
  if (Arch == Triple::thumb)
    Arch = Triple::arm;
  const auto *Found = find_if(
      allIsas(), [Arch](const Isa *Each) { return Each->Arch == Arch; });
  return Found == allIsas().end() ? nullptr : *Found;
}

const Isa *findIsaOfMachine(uint16_t Machine) {
  const auto *Found = find_if(allIsas(), [Machine](const Isa *Each) {
    return Each->Machine == Machine;
  });
  return Found == allIsas().end() ? nullptr : *Found;
}

const Isa &isaOf(const Triple &Target) {
  const Isa *Found = findIsa(Target.getArch());
  if (!Found)
    report_fatal_error(
        "an object for an instruction set that is not supported");
  return *Found;
}

} // namespace remoterun::jit
