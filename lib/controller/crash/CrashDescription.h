//===- CrashDescription.h - A crash as it is told ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What becomes of a raw report: first its symbols (jit/CrashSymbolizer), then
// the cause in words (CrashCause), then text (CrashText).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_CRASHDESCRIPTION_H
#define REMOTERUN_CONTROLLER_CRASH_CRASHDESCRIPTION_H

#include "remote-run/ExecutorAddr.h"

#include <cstdint>
#include <string>
#include <vector>

namespace remoterun::controller {

/// A function of the backtrace, as much of it as could be found out.
struct CrashFrame {
  enum class Owner : uint8_t {
    Unknown,
    Program,  ///< Code that was compiled or linked here.
    Library,  ///< The executor's dynamic linker has loaded it.
    Executor, ///< The executor's own.
  };

  ExecutorAddr Pc;
  Owner Whose = Owner::Unknown;
  /// It has been inlined into the next frame's, and has the same Pc.
  bool IsInlined = false;
  std::string Function;        ///< Demangled.
  uint64_t FunctionOffset = 0; ///< Of Pc, where the symbol's start is known.
  std::string SourceFile;
  uint32_t Line = 0; ///< 0 for not known.
  uint32_t Column = 0;
  /// A library's path, or what the program's code came from.
  std::string Module;
  uint64_t ModuleOffset = 0; ///< Of Pc in the file of a library.

  bool operator==(const CrashFrame &) const = default;
};

/// What the symbols of program and libraries add to a raw report.
struct CrashSymbols {
  std::vector<CrashFrame> Frames; ///< Innermost first.
  std::string ExceptionType;      ///< Demangled.
  /// The variable of the program that holds the address of the fault.
  std::string Variable;
  uint64_t VariableOffset = 0;
  std::string Library; ///< Or the library whose memory it is.
};

struct CrashDescription {
  uint32_t Thread = 0;
  bool IsMainThread = false;
  std::string Cause; ///< In words; empty if not known.
  std::vector<CrashFrame> Frames;
  bool HasMoreFrames = false;
  bool IsComplete = true;
  bool HasSymbols = true; ///< Reading them did not fail.
};

} // namespace remoterun::controller

#endif
