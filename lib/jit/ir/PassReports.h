//===- PassReports.h - What LLVM's passes say of themselves -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The options of llc and opt that make passes report (-time-passes,
// -print-after-all, -pass-remarks, -stats and their like), as far as LLVM's
// libraries leave the reporting to the tool.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_PASSREPORTS_H
#define REMOTERUN_JIT_IR_PASSREPORTS_H

#include "remote-run/Failure.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <optional>

namespace remoterun::jit {

/// -pass-remarks-output and what belongs to it, which each of LLVM's tools
/// defines by itself. Call once.
void registerPassReportFlags();

/// Whether the option of this name makes passes report something, so that they
/// have to run, all of them on the one module and on one thread.
bool isPassReport(llvm::StringRef OptionName);
/// Whether passes print what they work on, each time that they run.
bool printsIR(llvm::StringRef OptionName);

/// The file of -pass-remarks-output, while passes run. It must be closed before
/// the context goes.
class RemarkFile {
public:
  /// Where one is wanted. If \p Appends, it goes on where another program has
  /// stopped.
  static Expected<RemarkFile> open(llvm::LLVMContext &Context, bool Appends);

  /// Fails if something could not be written.
  Expected<void> close();

private:
  llvm::LLVMContext *Context = nullptr;
  std::unique_ptr<llvm::raw_fd_ostream> File; ///< Null for none.
};

/// Prints what -time-passes has measured since the last time, if it was given.
void printPassTimes();
/// The same, without printing.
void forgetPassTimes();

/// Prints what LLVM has counted, if -stats was given. False if it was, and this
/// LLVM was built without (LLVM_FORCE_ENABLE_STATS), or nothing was counted.
bool printLlvmStatistics();

} // namespace remoterun::jit

#endif
