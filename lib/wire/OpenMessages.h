//===- OpenMessages.h - Messages of an open session -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In an open session the executor's process is not given up to one program: it
// gets modules, one after the other, whose functions are called and which are
// removed again (PROTOCOL.md, section 13). As in Messages.h, strings and bytes
// of a decoded message are views.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_OPENMESSAGES_H
#define REMOTERUN_WIRE_OPENMESSAGES_H

#include "wire/Messages.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::wire {

/// Controller, first after Hello: there will be no program, but modules.
/// Answered by Opened.
struct Open {
  static constexpr MessageType Type = MessageType::Open;

  static void fields(auto &, auto &) {}
};

/// Executor: what an open session has that Hello does not say.
struct Opened {
  static constexpr MessageType Type = MessageType::Opened;
  /// How many calls can run at once beside those that the session itself waits
  /// for; 0: one call at a time.
  uint32_t Threads = 0;
  bool Recovers = false; ///< A crash in a call is answered; see Returned.
  /// An image's last dynamic relocation calls it, and has its result there.
  ExecutorAddr Relocated, RelocatedResult;

  static void fields(auto &M, auto &Each) {
    Each(M.Threads, M.Recovers, M.Relocated, M.RelocatedResult);
  }
};

/// Controller: the segments of a module, page-aligned, disjoint, ascending,
/// inside the slab and where no other module is. Its bytes follow in Write
/// frames, and StartModule comes next.
struct AddModule {
  static constexpr MessageType Type = MessageType::AddModule;
  uint32_t Module = 0; ///< A number that no other module has.
  List<Reserve::Segment> Segments;
  /// As those of Reserve and Finalize; both are empty where it is no image.
  std::string_view ImageName, ImagePath;

  static void fields(auto &M, auto &Each) {
    Each(M.Module, M.Segments, M.ImageName, M.ImagePath);
  }
  Decoded<void> check() const;
};

/// Controller: all bytes of the module are written. The executor maps it, or
/// sets its protections, and runs its initializers. Answered by ModuleStarted.
struct StartModule {
  static constexpr MessageType Type = MessageType::StartModule;
  uint32_t Module = 0;
  List<ExecutorRange> UnwindTables; ///< As in Finalize.
  List<Run::Ifunc> Ifuncs;
  List<Run::LibraryThreadLocal> LibraryThreadLocals;
  List<ExecutorRange> Initializers, Finalizers; ///< As in Run.
  /// What its destructors are registered under (__cxa_atexit in the Itanium C++
  /// ABI); null where it registers none.
  ExecutorAddr DsoHandle;

  static void fields(auto &M, auto &Each) {
    Each(M.Module, M.UnwindTables, M.Ifuncs, M.LibraryThreadLocals,
         M.Initializers, M.Finalizers, M.DsoHandle);
  }
};

/// Executor: whether the module is there. Where it is not, nothing of it is.
struct ModuleStarted {
  static constexpr MessageType Type = MessageType::ModuleStarted;
  enum class Outcome : uint8_t {
    Started = 0,
    /// It could not be mapped at its place; another may do.
    Elsewhere = 1,
    /// It can be mapped at no place as an image.
    NoImage = 2,
    /// One of its initializers crashed, and was given up (Opened::Recovers).
    Crashed = 3,
  };
  uint32_t Module = 0;
  Outcome State = Outcome::Started;
  std::string_view Reason; ///< A sentence without a full stop.
  /// Of a crash, the report (PROTOCOL.md, section 9).
  std::span<const uint8_t> Report;

  static void fields(auto &M, auto &Each) {
    Each(M.Module, M.State, M.Reason, M.Report);
  }
  Decoded<void> check() const;
};

/// Controller: run the module's finalizers and unmap it. Answered by
/// ModuleRemoved.
struct RemoveModule {
  static constexpr MessageType Type = MessageType::RemoveModule;
  uint32_t Module = 0;
  /// Wait until no call runs in it. Otherwise it stays where one does.
  bool Waits = false;

  static void fields(auto &M, auto &Each) { Each(M.Module, M.Waits); }
};

/// Executor: the module is gone, unless it is busy.
struct ModuleRemoved {
  static constexpr MessageType Type = MessageType::ModuleRemoved;
  uint32_t Module = 0;
  bool IsBusy = false; ///< A call runs in it, and it is still there.

  static void fields(auto &M, auto &Each) { Each(M.Module, M.IsBusy); }
};

/// Controller: call \p Wrapper with \p Function and the address of a buffer, as
/// void (void *Function, void *Buffer). The buffer starts with the arguments,
/// and is at least as large as they and the result are. Answered by Returned.
struct Call {
  static constexpr MessageType Type = MessageType::Call;
  static constexpr uint32_t MostResult = 512 << 20;
  uint64_t Number = 0;    ///< Of the call, to tell its answer by.
  ExecutorAddr Wrapper;   ///< In the code of a module.
  ExecutorAddr Function;  ///< What it calls, of any kind.
  bool OwnThread = false; ///< Do not have other requests wait for it.
  uint32_t ResultSize = 0;
  std::span<const uint8_t> Arguments;

  static void fields(auto &M, auto &Each) {
    Each(M.Number, M.Wrapper, M.Function, M.OwnThread, M.ResultSize,
         M.Arguments);
  }
  Decoded<void> check() const;
};

/// Executor: the call has come to its end.
struct Returned {
  static constexpr MessageType Type = MessageType::Returned;
  uint64_t Number = 0; ///< Of Call.
  /// The thread crashed and was given up (Opened::Recovers).
  bool HasCrashed = false;
  /// The first bytes of the buffer, as many as were wanted; of a crash, the
  /// report (PROTOCOL.md, section 9).
  std::span<const uint8_t> Result;

  static void fields(auto &M, auto &Each) {
    Each(M.Number, M.HasCrashed, M.Result);
  }
};

/// Controller: what is in the process's memory. Answered by MemoryRead.
struct ReadMemory {
  static constexpr MessageType Type = MessageType::ReadMemory;
  static constexpr uint64_t MostBytes = 512 << 20;
  ExecutorRange Range;

  static void fields(auto &M, auto &Each) { Each(M.Range); }
  Decoded<void> check() const;
};

/// Executor: the bytes, or none where some of them cannot be read.
struct MemoryRead {
  static constexpr MessageType Type = MessageType::MemoryRead;
  bool IsReadable = false;
  std::span<const uint8_t> Bytes;

  static void fields(auto &M, auto &Each) { Each(M.IsReadable, M.Bytes); }
};

/// Controller: writes to the process's memory. Answered by MemoryWritten.
struct WriteMemory {
  static constexpr MessageType Type = MessageType::WriteMemory;
  ExecutorAddr Start;
  std::span<const uint8_t> Bytes;

  static void fields(auto &M, auto &Each) { Each(M.Start, M.Bytes); }
};

/// Executor: whether all of it could be written. If not, some may be.
struct MemoryWritten {
  static constexpr MessageType Type = MessageType::MemoryWritten;
  bool IsWritable = false;

  static void fields(auto &M, auto &Each) { Each(M.IsWritable); }
};

/// Executor: a crash is about to end the process, and this is what is known of
/// it (CrashReport.h). Where both have crash memory in common, that has it.
struct Dying {
  static constexpr MessageType Type = MessageType::Dying;
  std::span<const uint8_t> Report;

  static void fields(auto &M, auto &Each) { Each(M.Report); }
};

} // namespace remoterun::wire

#endif
