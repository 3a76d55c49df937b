//===- X86_64.h - The executor on x86-64 ------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINE_X86_64_H
#define REMOTERUN_EXECUTOR_MACHINE_X86_64_H

#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <string_view>

namespace remoterun::executor {

inline constexpr std::string_view TargetTriple = "x86_64-unknown-linux-gnu";
/// In the header of an ELF file.
inline constexpr unsigned ElfMachine = EM_X86_64;

/// DWARF's numbers (x86-64 psABI, figure 3.36): the general registers, and the
/// return address, which stands for the program counter.
inline constexpr unsigned DwarfRegisterCount = 17;
inline constexpr unsigned StackPointerRegister = 7;
inline constexpr unsigned ProgramCounterRegister = 16;
inline constexpr bool FrameAddressIsStackPointer = true;
inline constexpr bool CallsUseStack = true;
inline constexpr bool CodeMayLackTables = false;
inline constexpr bool SignalReturnLacksTables = false;
inline constexpr bool HasLevels = true;
inline constexpr uint32_t ThreadLocalReach = 1U << 31;
inline constexpr uint32_t GuestThreadLocals = 1024;
inline constexpr uint32_t FixedOffsetRelocation = R_X86_64_TPOFF64;
inline constexpr unsigned long ResolverFlag = 0;
/// In a crash report: DWARF's, and the flags.
inline constexpr size_t ReportedRegisterCount = 18;

using LibraryRelocation = Elf64_Rela;
inline constexpr uint32_t BindingRelocations[] = {
    R_X86_64_64, R_X86_64_JUMP_SLOT, R_X86_64_GLOB_DAT};
/// The psABI ignores the addend of the other two.
inline bool hasAddend(uint32_t Type) { return Type == R_X86_64_64; }

/// "The first word of the TCB points to the TCB" (x86-64 psABI, "TLS").
inline uintptr_t threadPointer() {
  uintptr_t Pointer;
  asm("mov %%fs:0, %0" : "=r"(Pointer));
  return Pointer;
}
/// Variant II of ELF Handling For Thread-Local Storage, section 3.
inline uintptr_t threadVectorSlot() { return threadPointer() + sizeof(void *); }
inline constexpr uintptr_t ThreadLocalBias = 0;
inline constexpr bool VectorHasStaticBlocks = true;

inline uint64_t plainReturnAddress(uint64_t Address) { return Address; }

} // namespace remoterun::executor

#endif
