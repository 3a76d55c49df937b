//===- PassReports.cpp - What LLVM's passes say of themselves -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/PassReports.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "jit/base/LlvmErrors.h"
#include "jit/base/LlvmVersion.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/LLVMRemarkStreamer.h"
#include "llvm/IR/PassTimingInfo.h"
#include "llvm/Pass.h"
#include "llvm/Remarks/RemarkStreamer.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Timer.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Made by registerPassReportFlags(): an option exists for llvm::cl from its
/// construction on.
struct Flags {
  cl::opt<std::string> File{"pass-remarks-output", cl::value_desc("file"),
                            cl::desc("Write optimization remarks there")};
  cl::opt<std::string> Filter{
      "pass-remarks-filter", cl::value_desc("regex"),
      cl::desc("Only those of passes whose name matches")};
  cl::opt<std::string> Format{"pass-remarks-format", cl::value_desc("format"),
                              cl::init("yaml"),
                              cl::desc("yaml (default), or bitstream")};
};

Flags &flags() {
  static Flags All;
  return All;
}

Failure failed(const std::string &Why) {
  return {Blame::Usage, "--pass-remarks-output=" + flags().File + ": " + Why};
}

bool startsWithAny(StringRef Name, ArrayRef<StringRef> Starts) {
  return any_of(Starts,
                [&](StringRef Start) { return Name.starts_with(Start); });
}

} // namespace

void registerPassReportFlags() { flags(); }

bool isPassReport(StringRef OptionName) {
  return printsIR(OptionName) ||
         startsWithAny(OptionName, {"time-passes", "pass-remarks"});
}

bool printsIR(StringRef OptionName) {
  return startsWithAny(OptionName,
                       {"print-", "filter-print", "debug-pass", "view-"});
}

Expected<RemarkFile> RemarkFile::open(LLVMContext &Context, bool Appends) {
  RemarkFile Opened;
  const std::string &Path = flags().File;
  if (flags().File.getNumOccurrences() == 0)
    return Opened;
  if (Path.empty() || Path == "-")
    return Failure{Blame::Usage,
                   "--pass-remarks-output takes the name of a file; standard "
                   "output is the program's, use "
                   "--pass-remarks-output=/dev/fd/N for a pipe"};
  if (Appends && flags().Format != "yaml")
    return failed("the remarks of --passes and of code generation make one "
                  "file in the format yaml only");
  std::error_code Error;
  Opened.File = std::make_unique<raw_fd_ostream>(
      Path, Error, Appends ? sys::fs::OF_Append : sys::fs::OF_None);
  if (Error)
    return failed(Error.message());
  if (llvm::Error E = setupLLVMOptimizationRemarks(
          Context, *Opened.File, flags().Filter, flags().Format,
          /*RemarksWithHotness=*/false))
    return failed(toString(std::move(E)));
  Opened.Context = &Context;
  return Opened;
}

Expected<void> RemarkFile::close() {
  if (!File)
    return {};
  llvm_version::finishRemarks(*Context);
  controller::FileSizeSignalBlock LimitFails;
  File->close();
  std::error_code Error = File->error();
  // Or it would be fatal.
  File->clear_error();
  return Error ? failed(Error.message()) : Expected<void>();
}

void printPassTimes() {
  if (!TimePassesIsEnabled)
    return;
  TimerGroup::printAll(*CreateInfoOutputFile());
  forgetPassTimes();
}

void forgetPassTimes() {
  if (TimePassesIsEnabled)
    TimerGroup::clearAll();
}

bool printLlvmStatistics() {
  if (!AreStatisticsEnabled())
    return true;
  if (GetStatistics().empty())
    return false;
  PrintStatistics(*CreateInfoOutputFile());
  return true;
}

} // namespace remoterun::jit
