//===- Ppc64le.h - The executor on little-endian 64-bit PowerPC -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINE_PPC64LE_H
#define REMOTERUN_EXECUTOR_MACHINE_PPC64LE_H

#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <string_view>

namespace remoterun::executor {

inline constexpr std::string_view TargetTriple =
    "powerpc64le-unknown-linux-gnu";
/// In the header of an ELF file.
inline constexpr unsigned ElfMachine = EM_PPC64;

/// DWARF's numbers (64-Bit ELF V2 ABI, section 2.4): r0 to r31, the
/// floating-point registers, of which nothing is known here, and the link
/// register. The next one is CTR, which no function restores; here it is the
/// program counter, which has none.
inline constexpr unsigned DwarfRegisterCount = 67;
inline constexpr unsigned StackPointerRegister = 1;
inline constexpr unsigned LinkRegister = 65;
inline constexpr unsigned ProgramCounterRegister = 66;
inline constexpr bool FrameAddressIsStackPointer = true;
inline constexpr bool CallsUseStack = false;
inline constexpr bool CodeMayLackTables = false;
inline constexpr bool SignalReturnLacksTables = false;
inline constexpr bool HasLevels = false;
inline constexpr uint32_t ThreadLocalReach = 1U << 31;
inline constexpr uint32_t GuestThreadLocals = 1024;
inline constexpr uint32_t FixedOffsetRelocation = R_PPC64_TPREL64;
inline constexpr unsigned long ResolverFlag = 0;
/// In a crash report: r0 to r31, LR, CTR, NIP.
inline constexpr size_t ReportedRegisterCount = 35;

using LibraryRelocation = Elf64_Rela;
inline constexpr uint32_t BindingRelocations[] = {
    R_PPC64_ADDR64, R_PPC64_JMP_SLOT, R_PPC64_GLOB_DAT};
inline bool hasAddend(uint32_t) { return true; }

inline uintptr_t threadPointer() {
  uintptr_t Pointer;
  asm("mr %0, 13" : "=r"(Pointer));
  return Pointer;
}
/// Variant I of ELF Handling For Thread-Local Storage, section 3; the thread
/// pointer is 0x7000 behind the block, which ends with the vector's address.
inline uintptr_t threadVectorSlot() {
  return threadPointer() - 0x7000 - sizeof(void *);
}
/// What __tls_get_addr adds (64-Bit ELF V2 ABI, section 3.7).
inline constexpr uintptr_t ThreadLocalBias = 0x8000;
inline constexpr bool VectorHasStaticBlocks = false;

inline uint64_t plainReturnAddress(uint64_t Address) { return Address; }

} // namespace remoterun::executor

#endif
