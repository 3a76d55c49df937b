//===- Arm.h - The executor on 32-bit Arm with hardware floating point *- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINE_ARM_H
#define REMOTERUN_EXECUTOR_MACHINE_ARM_H

#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <string_view>

namespace remoterun::executor {

inline constexpr std::string_view TargetTriple =
    "armv7-unknown-linux-gnueabihf";
/// In the header of an ELF file.
inline constexpr unsigned ElfMachine = EM_ARM;

/// r0 to r15, which DWARF and the tables for exceptions number alike.
inline constexpr unsigned DwarfRegisterCount = 16;
inline constexpr unsigned StackPointerRegister = 13;
inline constexpr unsigned LinkRegister = 14;
inline constexpr unsigned ProgramCounterRegister = 15;
inline constexpr bool CallsUseStack = false;
inline constexpr bool CodeMayLackTables = true;
inline constexpr bool SignalReturnLacksTables = false;
inline constexpr bool HasLevels = false;
inline constexpr uint32_t ThreadLocalReach = 1U << 31;
inline constexpr uint32_t GuestThreadLocals = 1024;
inline constexpr uint32_t FixedOffsetRelocation = R_ARM_TLS_TPOFF32;
inline constexpr unsigned long ResolverFlag = 0;
/// In a crash report: these, and CPSR.
inline constexpr size_t ReportedRegisterCount = 17;

using LibraryRelocation = Elf32_Rel;
inline constexpr uint32_t BindingRelocations[] = {R_ARM_ABS32, R_ARM_JUMP_SLOT,
                                                  R_ARM_GLOB_DAT};
/// The addend is what was in the slot before the symbol.
inline bool hasAddend(uint32_t Type) { return Type == R_ARM_ABS32; }

inline uintptr_t threadPointer() {
  return reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
}
/// Variant I of ELF Handling For Thread-Local Storage, section 3.
inline uintptr_t threadVectorSlot() { return threadPointer(); }
inline constexpr uintptr_t ThreadLocalBias = 0;
inline constexpr bool VectorHasStaticBlocks = true;

} // namespace remoterun::executor

#endif
