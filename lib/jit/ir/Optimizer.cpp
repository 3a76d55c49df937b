//===- Optimizer.cpp - LLVM's passes, in another process ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/Optimizer.h"
#include "controller/crash/CrashFolder.h"
#include "controller/process/FilterProcess.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/CrashGuard.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"

#include <unistd.h>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Standard error of remote-passes, taken apart: its own lines have prefixes.
struct Report {
  std::string Error;
  std::vector<std::string> Warnings;
  std::string Printed;

  explicit Report(StringRef Text) {
    while (!Text.empty()) {
      auto [Line, Rest] = Text.split('\n');
      Text = Rest;
      if (Line.consume_front("remote-passes: error: "))
        Error = Line.str();
      else if (Line.consume_front("remote-passes: warning: "))
        Warnings.push_back(Line.str());
      else
        Printed += Line.str() + "\n";
    }
  }
};

Failure failureOf(const OptimizerSettings &Settings,
                  const controller::WaitStatus &Status, const Report &Said) {
  // The option that is wrong stands first in remote-passes' message.
  if (StringRef(Said.Error).starts_with("--passes="))
    return {Blame::Usage, Said.Error};
  Blame Whose = Blame::Input;
  std::string Message = "cannot optimize '" + Settings.InputName + "': ";
  if (Said.Error.empty()) {
    Whose = Blame::Internal;
    Message += "'" + Settings.Path + "' " + Status.describe();
  }
  Message += Said.Error;
  if (!Said.Printed.empty())
    Message.append("\n").append(StringRef(Said.Printed).rtrim('\n'));
  return {Whose, std::move(Message)};
}

/// What \p Failed says, and where there is what shows it again.
Failure withReproducer(Failure Failed, const OptimizerSettings &Settings,
                       std::string_view Bitcode) {
  std::vector<std::string> Words = {Settings.Path,
                                    "--passes=" + Settings.Pipeline};
  append_range(Words, Settings.CodeGenArguments);
  controller::Reproducer Made = {Settings.CrashFolder,
                                 {{"unit.bc", Bitcode}},
                                 controller::quotedForShell(Words) +
                                     " <unit.bc >/dev/null"};
  std::string Folder(controller::writeCrashFolder(Made));
  if (!Folder.empty())
    Failed.Message += "\nremote-run: note: this shows it again: " + Folder +
                      "/" + std::string(controller::CrashScript);
  return Failed;
}

} // namespace

Expected<OptimizedModule> optimize(const Module &M,
                                   const OptimizerSettings &Settings) {
  SmallVector<char, 0> Bitcode = writeBitcode(M);
  controller::FilterRequest Request;
  Request.Path = Settings.Path;
  Request.Arguments = {"remote-passes",
                       "--parent=" + std::to_string(::getpid()),
                       "--passes=" + Settings.Pipeline};
  append_range(Request.Arguments, Settings.CodeGenArguments);
  Request.Input = {Bitcode.data(), Bitcode.size()};
  auto Filtered = controller::runFilter(Request);
  if (!Filtered)
    return Filtered.error();
  Report Said(Filtered->Errors);
  if (!Filtered->Status.exited() || Filtered->Status.exitStatus() != 0) {
    bool IsLlvms = StringRef(Said.Error).starts_with(WordsOfCrash);
    Failure Failed = failureOf(Settings, Filtered->Status, Said);
    return IsLlvms && !Settings.CrashFolder.empty()
               ? withReproducer(std::move(Failed), Settings, Request.Input)
               : Failed;
  }
  auto Buffer = MemoryBuffer::getOpenFile(
      sys::fs::convertFDToNativeFile(Filtered->Output.get()),
      Settings.InputName, /*FileSize=*/-1, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return Failure{Blame::Internal,
                   "cannot read what '" + Settings.Path +
                       "' made: " + Buffer.getError().message()};
  return OptimizedModule{std::move(*Buffer), std::move(Said.Warnings),
                         std::move(Said.Printed)};
}

} // namespace remoterun::jit
