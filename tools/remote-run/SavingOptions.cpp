//===- SavingOptions.cpp - Files beside running the program ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SavingOptions.h"
#include "OptionTable.h"
#include "driver/compile/Saving.h"

using namespace llvm;

namespace remoterun {

namespace {

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// Standard output is the program's.
Expected<void> checkFile(const cl::opt<std::string> &Option, bool HasDefault) {
  bool IsGiven = Option.getNumOccurrences() > 0;
  if (!IsGiven || (Option != "-" && (HasDefault || !Option.empty())))
    return {};
  return usage("--" + Option.ArgStr.str() +
               " takes the name of a file; standard output is the program's, "
               "use --" +
               Option.ArgStr.str() + "=/dev/fd/N for a pipe");
}

} // namespace

Expected<driver::SavingSettings> chosenSaving(StringRef InputFile) {
  driver::SavingSettings Given;
  if (options::SaveObjects.getNumOccurrences() > 0)
    Given.ObjectFolder =
        options::SaveObjects.empty() ? "." : options::SaveObjects.getValue();
  if (auto Checked = checkFile(options::EmitAsm, /*HasDefault=*/true); !Checked)
    return Checked.error();
  if (auto Checked = checkFile(options::Map, /*HasDefault=*/false); !Checked)
    return Checked.error();
  if (options::EmitAsm.getNumOccurrences() > 0)
    Given.AssemblyFile = options::EmitAsm.empty()
                             ? driver::stemOf(InputFile) + ".s"
                             : options::EmitAsm.getValue();
  if (!Given.AssemblyFile.empty() && options::EnableCacheManager)
    return usage("--emit-asm is for the whole program, and "
                 "--enable-cache-manager compiles each file apart; drop one");
  Given.MapFile = options::Map;
  return Given;
}

} // namespace remoterun
