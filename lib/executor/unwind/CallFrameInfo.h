//===- CallFrameInfo.h - How to undo one call -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The system's unwinder takes locks and memory, which a crash may have in any
// state (signal-safety(7)). This one reads .eh_frame and the stack, and nothing
// else: DWARF 5, section 6.4, with LSB Core, "Exception Frames".
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_UNWIND_CALLFRAMEINFO_H
#define REMOTERUN_EXECUTOR_UNWIND_CALLFRAMEINFO_H

#include "executor/machine/Machine.h"
#include "executor/unwind/DwarfReader.h"

#include <optional>
#include <span>

namespace remoterun::executor {

/// The entry (FDE) of a function, with what it has in common with others (CIE).
struct FrameDescription {
  uint64_t FunctionStart = 0;
  uint64_t FunctionSize = 0;
  std::span<const uint8_t> CommonInstructions;
  std::span<const uint8_t> Instructions;
  uint64_t CodeAlignment = 1;
  int64_t DataAlignment = 1;
  uint64_t ReturnRegister = ProgramCounterRegister;
  uint8_t PointerEncoding = EncodedAbsolute;
  /// Of a frame that a signal interrupted: its caller is no caller.
  bool IsSignalFrame = false;
};

/// The entry of the function that \p Pc is in, among those of \p Section, a
/// whole .eh_frame.
std::optional<FrameDescription> findInSection(std::span<const uint8_t> Section,
                                              uint64_t Pc);

/// The same by the search table of \p Header, an .eh_frame_hdr of a loaded
/// library, whose size nobody knows.
std::optional<FrameDescription> findByHeader(const uint8_t *Header,
                                             uint64_t Pc);

/// The registers of the caller of a function that is stopped at \p Pc. Empty at
/// the end of the stack, or where the description makes no sense. Faults where
/// the stack is not what it should be.
std::optional<RegisterFile> undoCall(const FrameDescription &Function,
                                     uint64_t Pc,
                                     const RegisterFile &Registers);

} // namespace remoterun::executor

#endif
