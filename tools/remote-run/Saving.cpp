//===- Saving.cpp - What is compiled, as files ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Saving.h"
#include "OptionTable.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "jit/codegen/CompiledProgram.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun {

namespace {

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// What files that are made of \p InputFile are called, as by clang -c.
std::string stemOf(StringRef InputFile) {
  if (InputFile == "-" || InputFile == "<stdin>")
    return "stdin";
  StringRef Name = sys::path::filename(InputFile);
  if (!Name.consume_back(".bc"))
    Name.consume_back(".ll");
  return Name.str();
}

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

Expected<SavingOptions> chosenSaving(StringRef InputFile) {
  SavingOptions Chosen;
  if (options::SaveObjects.getNumOccurrences() > 0)
    Chosen.ObjectFolder =
        options::SaveObjects.empty() ? "." : options::SaveObjects.getValue();
  if (auto Checked = checkFile(options::EmitAsm, /*HasDefault=*/true); !Checked)
    return Checked.error();
  if (auto Checked = checkFile(options::Map, /*HasDefault=*/false); !Checked)
    return Checked.error();
  if (options::EmitAsm.getNumOccurrences() > 0)
    Chosen.AssemblyFile = options::EmitAsm.empty()
                              ? stemOf(InputFile) + ".s"
                              : options::EmitAsm.getValue();
  if (!Chosen.AssemblyFile.empty() && options::EnableCacheManager)
    return usage("--emit-asm is for the whole program, and "
                 "--enable-cache-manager compiles each file apart; drop one");
  Chosen.MapFile = options::Map;
  return Chosen;
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

Expected<void> saveObjects(const SavingOptions &Chosen,
                           const jit::CompiledProgram &Program) {
  if (!Chosen.ObjectFolder)
    return {};
  if (std::error_code Error = sys::fs::create_directories(*Chosen.ObjectFolder))
    return usage("--save-objects: cannot make the folder '" +
                 *Chosen.ObjectFolder + "': " + Error.message());
  StringSet<> Taken;
  for (size_t Number = 1; Number <= Program.Parts.size(); ++Number) {
    const jit::CompiledPart &Part = Program.Parts[Number - 1];
    bool IsOfAll = Part.File.empty();
    std::string Name = stemOf(IsOfAll ? Program.Files.mainFile() : Part.File);
    bool IsAlone = IsOfAll ? Program.Parts.size() == 1 : !Taken.contains(Name);
    if (!IsAlone)
      Name += "." + std::to_string(Number);
    Taken.insert(Name);
    SmallString<256> Path(*Chosen.ObjectFolder == "." ? ""
                                                      : *Chosen.ObjectFolder);
    sys::path::append(Path, Name + ".o");
    if (auto Saved = saveFile("--save-objects", std::string(Path),
                              Part.source().read().Bytes);
        !Saved)
      return Saved;
  }
  return {};
}

} // namespace remoterun
