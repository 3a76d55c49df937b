//===- RiscV64.h - The executor on 64-bit RISC-V ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MACHINE_RISCV64_H
#define REMOTERUN_EXECUTOR_MACHINE_RISCV64_H

#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <string_view>

namespace remoterun::executor {

inline constexpr std::string_view TargetTriple = "riscv64-unknown-linux-gnu";
/// In the header of an ELF file.
inline constexpr unsigned ElfMachine = EM_RISCV;

/// DWARF's numbers (RISC-V DWARF Specification): x0 to x31. The next one is a
/// floating-point register that no function restores; here it is the program
/// counter, which has none.
inline constexpr unsigned DwarfRegisterCount = 33;
inline constexpr unsigned LinkRegister = 1;
inline constexpr unsigned StackPointerRegister = 2;
inline constexpr unsigned ProgramCounterRegister = 32;
inline constexpr bool FrameAddressIsStackPointer = true;
inline constexpr bool CallsUseStack = false;
inline constexpr bool CodeMayLackTables = true;
inline constexpr bool SignalReturnLacksTables = false;
inline constexpr bool HasLevels = false;
inline constexpr uint32_t ThreadLocalReach = 1U << 31;
inline constexpr uint32_t GuestThreadLocals = 1024;
inline constexpr uint32_t FixedOffsetRelocation = R_RISCV_TLS_TPREL64;
inline constexpr unsigned long ResolverFlag = 0;
/// In a crash report: these.
inline constexpr size_t ReportedRegisterCount = 33;

using LibraryRelocation = Elf64_Rela;
inline constexpr uint32_t BindingRelocations[] = {R_RISCV_64,
                                                  R_RISCV_JUMP_SLOT};
inline bool hasAddend(uint32_t) { return true; }

inline uintptr_t threadPointer() {
  return reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
}
/// Variant I of ELF Handling For Thread-Local Storage, section 3; the thread
/// pointer is behind the two words.
inline uintptr_t threadVectorSlot() {
  return threadPointer() - 2 * sizeof(void *);
}
/// What __tls_get_addr adds (RISC-V ELF psABI, "Thread Local Storage").
inline constexpr uintptr_t ThreadLocalBias = 0x800;
inline constexpr bool VectorHasStaticBlocks = true;

inline uint64_t plainReturnAddress(uint64_t Address) { return Address; }

} // namespace remoterun::executor

#endif
