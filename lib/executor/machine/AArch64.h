//===- AArch64.h - The executor on AArch64 ----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINE_AARCH64_H
#define REMOTERUN_EXECUTOR_MACHINE_AARCH64_H

#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <string_view>

namespace remoterun::executor {

inline constexpr std::string_view TargetTriple = "aarch64-unknown-linux-gnu";
/// In the header of an ELF file.
inline constexpr unsigned ElfMachine = EM_AARCH64;

/// DWARF's numbers (DWARF for the Arm 64-bit Architecture, section 4.1): x0 to
/// x30, the stack pointer, the program counter.
inline constexpr unsigned DwarfRegisterCount = 33;
inline constexpr unsigned LinkRegister = 30;
inline constexpr unsigned StackPointerRegister = 31;
inline constexpr unsigned ProgramCounterRegister = 32;
inline constexpr bool FrameAddressIsStackPointer = true;
inline constexpr bool CallsUseStack = false;
inline constexpr bool CodeMayLackTables = false;
inline constexpr bool SignalReturnLacksTables = true;
inline constexpr bool HasLevels = false;
/// Of an addition in two steps of 12 bits.
inline constexpr uint32_t ThreadLocalReach = 1U << 24;
inline constexpr uint32_t GuestThreadLocals = 1024;
inline constexpr uint32_t FixedOffsetRelocation = R_AARCH64_TLS_TPREL;
/// _IFUNC_ARG_HWCAP of glibc's sys/ifunc.h: there is a second argument.
inline constexpr unsigned long ResolverFlag = 1ul << 62;
/// In a crash report: DWARF's, and PSTATE.
inline constexpr size_t ReportedRegisterCount = 34;

using LibraryRelocation = Elf64_Rela;
inline constexpr uint32_t BindingRelocations[] = {
    R_AARCH64_ABS64, R_AARCH64_JUMP_SLOT, R_AARCH64_GLOB_DAT};
inline bool hasAddend(uint32_t) { return true; }

inline uintptr_t threadPointer() {
  return reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
}
/// Variant I of ELF Handling For Thread-Local Storage, section 3.
inline uintptr_t threadVectorSlot() { return threadPointer(); }
inline constexpr uintptr_t ThreadLocalBias = 0;
inline constexpr bool VectorHasStaticBlocks = false;

/// Without a signature (Arm Architecture Reference Manual, XPACLRI, which does
/// nothing on processors without pointer authentication).
inline uint64_t plainReturnAddress(uint64_t Address) {
  register uint64_t Signed asm("x30") = Address;
  asm("hint #7" : "+r"(Signed));
  return Signed;
}

} // namespace remoterun::executor

#endif
