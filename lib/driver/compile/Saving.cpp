//===- Saving.cpp - What is compiled, as files ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/Saving.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "jit/codegen/CompiledProgram.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

} // namespace

std::string stemOf(StringRef InputFile) {
  if (InputFile == "-" || InputFile == "<stdin>")
    return "stdin";
  StringRef Name = sys::path::filename(InputFile);
  if (!Name.consume_back(".bc"))
    Name.consume_back(".ll");
  return Name.str();
}

Expected<void> saveFile(StringRef Option, const std::string &Path,
                        StringRef Contents) {
  controller::FileSizeSignalBlock LimitFails;
  std::error_code Error;
  raw_fd_ostream File(Path, Error);
  if (!Error) {
    File << Contents;
    File.close();
    Error = File.error();
    // Or it would be fatal.
    File.clear_error();
  }
  if (!Error)
    return {};
  return usage(Option.str() + ": cannot write '" + Path +
               "': " + Error.message());
}

Expected<void> saveObjects(const SavingSettings &Settings,
                           const jit::CompiledProgram &Program) {
  if (!Settings.ObjectFolder)
    return {};
  if (std::error_code Error =
          sys::fs::create_directories(*Settings.ObjectFolder))
    return usage("--save-objects: cannot make the folder '" +
                 *Settings.ObjectFolder + "': " + Error.message());
  StringSet<> Taken;
  for (size_t Number = 1; Number <= Program.Parts.size(); ++Number) {
    const jit::CompiledPart &Part = Program.Parts[Number - 1];
    bool IsOfAll = Part.File.empty();
    std::string Name = stemOf(IsOfAll ? Program.Files.mainFile() : Part.File);
    bool IsAlone = IsOfAll ? Program.Parts.size() == 1 : !Taken.contains(Name);
    if (!IsAlone)
      Name += "." + std::to_string(Number);
    Taken.insert(Name);
    SmallString<256> Path(
        *Settings.ObjectFolder == "." ? "" : *Settings.ObjectFolder);
    sys::path::append(Path, Name + ".o");
    if (auto Saved = saveFile("--save-objects", std::string(Path),
                              Part.source().read().Bytes);
        !Saved)
      return Saved;
  }
  return {};
}

} // namespace remoterun::driver
