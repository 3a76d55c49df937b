//===- LlvmCrash.cpp - What shows a failure of LLVM's again ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LlvmCrash.h"
#include "LinkOptions.h"
#include "controller/crash/CrashFolder.h"
#include "driver/compile/NativeFiles.h"
#include "jit/base/CrashGuard.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace remoterun {

namespace {

/// A name for a copy of \p File: as it is read, its ending does not matter to
/// LLVM, but it does to a person.
std::string copyName(const jit::InputFile &File, size_t Number) {
  std::string Name = "input";
  if (Number > 0)
    Name += "-" + std::to_string(Number);
  return Name + (File.isBitcode() ? ".bc" : ".ll");
}

std::vector<std::string> commandFor(const driver::CompileSettings &Settings,
                                    ArrayRef<jit::LinkInput> Native,
                                    const controller::Reproducer &Copies) {
  static int Anchor;
  std::vector<std::string> Words = {
      sys::fs::getMainExecutable(nullptr, &Anchor)};
  append_range(Words, Settings.ForCodeGeneration);
  // Once is enough.
  Words.push_back("--crash-dir=");
  if (Settings.EntryFunction != "main")
    Words.push_back("--entry-function=" + Settings.EntryFunction);
  // It runs in another folder.
  append_range(Words, asOptions(Native));
  for (const controller::Reproducer::File &File : drop_begin(Copies.Files))
    Words.push_back("--extra-module=" + File.Name);
  Words.push_back(Copies.Files.front().Name);
  return Words;
}

} // namespace

void prepareReproducer(const driver::ProgramSettings *Settings,
                       ArrayRef<jit::InputFile> Inputs) {
  jit::setReproducer(nullptr);
  if (!Settings || Settings->Compile.CrashFolder.empty())
    return;
  // For handlers of signals, which may need it at any time.
  static controller::Reproducer Made;
  Made = {Settings->Compile.CrashFolder, {}, {}};
  for (const jit::InputFile &File : Inputs) {
    // The command names what it is in.
    if (File.AmongNative)
      continue;
    StringRef Contents = File.Contents->getBuffer();
    Made.Files.push_back({copyName(File, Made.Files.size()),
                          {Contents.data(), Contents.size()}});
  }
  Made.Command = controller::quotedForShell(
      commandFor(Settings->Compile,
                 driver::linkInputs(Settings->Link, Inputs.front()), Made));
  jit::setReproducer(&Made);
}

} // namespace remoterun
