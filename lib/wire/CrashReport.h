//===- CrashReport.h - What an executor leaves behind -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dying guest has no time to be asked and no descriptor to speak through. It
// writes what happened, record by record, into memory that its controller sees
// as well (PROTOCOL.md, "Crash reports"), and dies. Each record counts as soon
// as it is complete, so that a second fault on the way loses nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_CRASHREPORT_H
#define REMOTERUN_WIRE_CRASHREPORT_H

#include "wire/Fields.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::wire {

/// Bytes of the memory that both sides share.
inline constexpr size_t CrashMemorySize = 64 * 1024;

/// How the guest died, as far as it could tell. Strings are views of what was
/// decoded.
struct CrashReport {
  enum class Access : uint8_t { Unknown = 0, Read = 1, Write = 2, Execute = 3 };

  struct Death {
    uint32_t Signal = 0;
    int32_t Code = 0;     ///< si_code of sigaction(2), in the executor's terms.
    ExecutorAddr Address; ///< si_addr; of a fault only.
    Access Tried = Access::Unknown;
    uint32_t Sender = 0; ///< si_pid; of a signal that somebody sent.
    uint32_t Process = 0;
    uint32_t Thread = 0; ///< As gettid(2).
    bool IsMainThread = false;
    ExecutorAddr StackPointer;
    /// Of the main thread: the stack cannot grow below. Null if not known.
    ExecutorAddr StackLimit;

    static void fields(auto &M, auto &Each) {
      Each(M.Signal, M.Code, M.Address, M.Tried, M.Sender, M.Process, M.Thread,
           M.IsMainThread, M.StackPointer, M.StackLimit);
    }
  };
  struct Module {
    ExecutorAddr Base;     ///< What its addresses in the file are relative to.
    std::string_view Path; ///< Empty for the executor's own file.
    /// By which another copy of its file is known (ld's --build-id); empty for
    /// none.
    std::string_view BuildId;

    static void fields(auto &M, auto &Each) { Each(M.Base, M.Path, M.BuildId); }
  };
  struct Frame {
    ExecutorAddr Pc;
    /// Not a return address: the instruction at Pc was about to be executed,
    /// and not the one before it is meant.
    bool IsExact = false;
    uint32_t Module = 0; ///< From 1; 0 for none that the system knows.

    static void fields(auto &M, auto &Each) { Each(M.Pc, M.IsExact, M.Module); }
  };
  struct Exception {
    std::string_view TypeName; ///< As std::type_info has it: mangled.
    std::string_view What;     ///< Empty if it is no std::exception.
    /// std::terminate() is what aborted. Otherwise it was being handled when
    /// the program aborted.
    bool IsUncaught = false;

    static void fields(auto &M, auto &Each) {
      Each(M.IsUncaught, M.TypeName, M.What);
    }
  };

  Death Cause;
  List<uint64_t> Registers;             ///< See PROTOCOL.md for their order.
  std::span<const uint8_t> Instruction; ///< Bytes before and at the pc.
  static constexpr size_t BytesBeforePc = 1;
  List<Module> Modules;
  List<Frame> Frames; ///< Innermost first.
  bool HasException = false;
  Exception Thrown;
  /// What libc has printed before it called abort() by itself; or empty.
  std::string_view Message;
  bool HasMoreFrames = false;
  bool IsComplete = false; ///< Nothing cut the report short.
};

/// As much of \p Memory as has been written; nothing, where that is no report.
/// Async-signal-safe.
std::span<const uint8_t> usedPartOf(std::span<const uint8_t> Memory);

/// What \p Memory, of CrashMemorySize bytes at most, says. The memory must not
/// change meanwhile. Empty (Signal 0) where nobody wrote a report.
Decoded<CrashReport> decodeCrashReport(std::span<const uint8_t> Memory);

/// Writes a report. Async-signal-safe: no allocation, no system call, no lock.
/// Records for which there is no room are left out.
class CrashRecorder {
public:
  explicit CrashRecorder(std::span<uint8_t> Memory) : Memory(Memory) {}

  /// Starts a report, in place of one that was there.
  void begin(const CrashReport::Death &Cause);
  void registers(std::span<const uint64_t> Values);
  void instruction(std::span<const uint8_t> Bytes);
  /// Returns its number for frame().
  uint32_t module(const CrashReport::Module &Found);
  void frame(const CrashReport::Frame &Found);
  void exception(const CrashReport::Exception &Thrown);
  void message(std::string_view Text);
  void moreFrames();
  void complete();

private:
  friend class CrashRecord;
  std::span<uint8_t> Memory;
  size_t Used = 0;
  uint32_t Modules = 0;
};

} // namespace remoterun::wire

#endif
