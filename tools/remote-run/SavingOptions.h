//===- SavingOptions.h - Files beside running the program -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_SAVINGOPTIONS_H
#define REMOTERUN_TOOLS_SAVINGOPTIONS_H

#include "driver/settings/CompileSettings.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/StringRef.h"

namespace remoterun {

/// What the command line says of it. The names of files come from
/// \p InputFile's, without its folder.
Expected<driver::SavingSettings> chosenSaving(llvm::StringRef InputFile);

} // namespace remoterun

#endif
