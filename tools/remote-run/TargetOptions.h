//===- TargetOptions.h - Which machine to compile for -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_TARGETOPTIONS_H
#define REMOTERUN_TOOLS_TARGETOPTIONS_H

#include "LauncherOptions.h"
#include "driver/settings/TargetChoice.h"
#include "jit/target/Isa.h"
#include "remote-run/Failure.h"

#include <string>
#include <vector>

namespace remoterun {

namespace options {

/// Of --target, or --mtriple, which is \p MachineTriple, or of the file that
/// --stub names; \p GuestName is the program's argv[0]. Where this program
/// cannot compile for it, one that can takes its place.
Expected<driver::TargetChoice>
chosenTarget(const std::string &MachineTriple, const std::string &GuestName,
             const driver::LaunchSettings &Launch);

} // namespace options

/// The folder of remote-run, remote-stub and remote-passes, as installed or
/// built.
std::string programFolder();

/// remote-passes for the targets that this program compiles for.
std::string passesProgram();

/// Becomes the program that has code generators for \p Target, with the command
/// line that this one was given; returns only where that fails. Nothing of ours
/// may be running.
Failure becomeProgramFor(const jit::Isa &Target);

} // namespace remoterun

#endif
