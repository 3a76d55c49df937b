//===- S390x.h - The executor on s390x --------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINE_S390X_H
#define REMOTERUN_EXECUTOR_MACHINE_S390X_H

#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <string_view>

namespace remoterun::executor {

inline constexpr std::string_view TargetTriple = "s390x-unknown-linux-gnu";
/// In the header of an ELF file.
inline constexpr unsigned ElfMachine = EM_S390;

/// DWARF's numbers (ELF Application Binary Interface s390x Supplement, section
/// 1.4): r0 to r15, and the floating-point registers, in which a function may
/// save some of those. The next one is a control register; here it is the
/// program counter.
inline constexpr unsigned DwarfRegisterCount = 33;
inline constexpr unsigned LinkRegister = 14;
inline constexpr unsigned StackPointerRegister = 15;
inline constexpr unsigned ProgramCounterRegister = 32;
/// It is 160 bytes above, and functions say how they restore the register.
inline constexpr bool FrameAddressIsStackPointer = false;
inline constexpr bool CallsUseStack = false;
inline constexpr bool CodeMayLackTables = false;
inline constexpr bool SignalReturnLacksTables = false;
inline constexpr bool HasLevels = false;
inline constexpr uint32_t ThreadLocalReach = 1U << 31;
/// PTHREAD_STACK_MIN leaves 834 bytes of a stack there that prints to stderr.
inline constexpr uint32_t GuestThreadLocals = 512;
inline constexpr uint32_t FixedOffsetRelocation = R_390_TLS_TPOFF;
inline constexpr unsigned long ResolverFlag = 0;
/// In a crash report: r0 to r15, and the two halves of the PSW.
inline constexpr size_t ReportedRegisterCount = 18;

using LibraryRelocation = Elf64_Rela;
inline constexpr uint32_t BindingRelocations[] = {R_390_64, R_390_JMP_SLOT,
                                                  R_390_GLOB_DAT};
inline bool hasAddend(uint32_t) { return true; }

inline uintptr_t threadPointer() {
  return reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
}
/// Variant II of ELF Handling For Thread-Local Storage, section 3.
inline uintptr_t threadVectorSlot() { return threadPointer() + sizeof(void *); }
inline constexpr uintptr_t ThreadLocalBias = 0;
inline constexpr bool VectorHasStaticBlocks = true;

inline uint64_t plainReturnAddress(uint64_t Address) { return Address; }

} // namespace remoterun::executor

#endif
