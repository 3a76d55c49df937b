//===- Help.cpp - What --help and --version print -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Help.h"
#include "Commit.h"
#include "OptionTable.h"
#include "controller/result/Outcome.h"
#include "wire/Frame.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>

using namespace llvm;

namespace remoterun::options {

namespace {

constexpr char Usage[] =
    "Runs LLVM IR in another process, as if it had been linked natively.\n\n"
    "USAGE: remote-run [options] <file.ll|file.bc|-> [guest arguments...]\n\n"
    "Options before the file are remote-run's, everything after it is the\n"
    "program's. Without a file, or with -, the IR is read from standard "
    "input.\n"
    "The file may be an object or an archive as well, and there need be no "
    "IR.\n"
    "A link to remote-run that is named prog runs the prog.bc or prog.ll "
    "beside it.\n"
    "Options take one dash or two. --help-hidden lists the rest of LLVM's "
    "code\n"
    "generation flags.\n";

/// What is said below the options.
struct Section {
  const char *Heading;
  const char *Lines;
};

constexpr Section Sections[] = {
    {"EXAMPLES",
     "  clang-22 -O2 -c -emit-llvm prog.c\n"
     "  remote-run prog.bc one two          # the program's arguments\n"
     "  remote-run --extra-module=util.bc --extra-archive=libz.a -lm prog.bc\n"
     "  remote-run --timeout=10s --limit-memory=512M prog.bc\n"
     "  remote-run --launcher='ssh host' prog.bc\n"
     "  remote-run --target=aarch64-linux-gnu portable.ll\n"
     "  remote-run --cache -j 4 --passes='default<O2>' prog.bc\n"},
    {"ENVIRONMENT",
     "  REMOTE_RUN_OPTIONS    options that count before those given here\n"
     "  REMOTE_RUN_CACHE      the cache's folder, as with --cache=DIR\n"
     "  REMOTE_RUN_CRASH_DIR  as with --crash-dir=DIR; or else TMPDIR counts\n"
     "  XDG_CACHE_HOME, HOME  where --cache without a folder has its own\n"
     "  JITDUMPDIR, HOME      where --perf without a folder writes\n"
     "  PATH                  where launchers and emulators are looked for\n"
     "The program gets the whole environment, as natively; behind a launcher\n"
     "that leads to another machine it gets what --env names.\n"},
    {"EXIT STATUS", controller::ExitStatusTable},
};

enum class ValueForm { None, Joined, Required, Optional };

ValueForm valueForm(const cl::Option &Option) {
  switch (Option.getValueExpectedFlag()) {
  case cl::ValueRequired:
    return Option.ArgStr.size() == 1 ? ValueForm::Joined : ValueForm::Required;
  case cl::ValueOptional:
    // A flag may have the value "true"; nobody asks for it.
    return Option.ValueStr.empty() ? ValueForm::None : ValueForm::Optional;
  default:
    return ValueForm::None;
  }
}

std::string dashedName(const cl::Option &Option) {
  return (Option.ArgStr.size() == 1 ? "-" : "--") + Option.ArgStr.str();
}

std::string valueName(const cl::Option &Option) {
  return Option.ValueStr.empty() ? "value" : Option.ValueStr.str();
}

std::string optionLabel(const cl::Option &Option) {
  std::string Value = "<" + valueName(Option) + ">";
  switch (valueForm(Option)) {
  case ValueForm::None:
    return dashedName(Option);
  case ValueForm::Joined:
    return dashedName(Option) + Value;
  case ValueForm::Required:
    return dashedName(Option) + "=" + Value;
  case ValueForm::Optional:
    return dashedName(Option) + "[=" + Value + "]";
  }
  llvm_unreachable("covered switch");
}

std::vector<const cl::Option *> optionsOf(const cl::OptionCategory &Group,
                                          cl::OptionHidden Hidden) {
  std::vector<const cl::Option *> Options;
  for (auto &[Name, Option] : cl::getRegisteredOptions())
    if (Name == Option->ArgStr && &helpGroup(*Option) == &Group &&
        Option->getOptionHiddenFlag() == Hidden)
      Options.push_back(Option);
  sort(Options, [](const cl::Option *Left, const cl::Option *Right) {
    int Order = Left->ArgStr.compare_insensitive(Right->ArgStr);
    return Order != 0 ? Order < 0 : Left->ArgStr < Right->ArgStr;
  });
  return Options;
}

/// The words of a description, however its author has broken the lines.
SmallVector<StringRef, 16> descriptionWords(const cl::Option &Option) {
  SmallVector<StringRef, 16> Words;
  SplitString(Option.HelpStr, Words);
  return Words;
}

void printOption(raw_ostream &OS, const cl::Option &Option) {
  constexpr size_t Indent = 2, TextColumn = 34, Width = 80;
  std::string Label = optionLabel(Option);
  OS.indent(Indent) << Label;
  size_t Column = Indent + Label.size();
  if (Column + 2 > TextColumn) {
    OS << '\n';
    Column = 0;
  }
  OS.indent(TextColumn - Column);
  Column = TextColumn;
  for (StringRef Word : descriptionWords(Option)) {
    if (Column != TextColumn && Column + 1 + Word.size() > Width) {
      OS << '\n';
      OS.indent(TextColumn);
      Column = TextColumn;
    } else if (Column != TextColumn) {
      OS << ' ';
      ++Column;
    }
    OS << Word;
    Column += Word.size();
  }
  OS << '\n';
}

/// In LLVM's manner, which lists the values of those that have a list of them.
void printHiddenOptions(const std::vector<const cl::Option *> &Options) {
  size_t Widest = 0;
  for (const cl::Option *Option : Options)
    Widest = std::max(Widest, Option->getOptionWidth());
  for (const cl::Option *Option : Options)
    Option->printOptionInfo(Widest);
}

void describeOption(raw_ostream &OS, const cl::Option &Option) {
  static constexpr StringRef Forms[] = {"-", "", "=", "[=]"};
  ValueForm Form = valueForm(Option);
  OS << "option\t" << dashedName(Option) << '\t'
     << Forms[static_cast<size_t>(Form)] << '\t'
     << (Form == ValueForm::None ? "" : valueName(Option)) << '\t'
     << join(descriptionWords(Option), " ") << '\n';
}

} // namespace

void printHelp(bool All) {
  raw_ostream &OS = outs();
  OS << Usage;
  for (const cl::OptionCategory *Group : helpGroups()) {
    OS << '\n' << Group->getName() << ":\n\n";
    for (const cl::Option *Option : optionsOf(*Group, cl::NotHidden))
      printOption(OS, *Option);
    if (All)
      printHiddenOptions(optionsOf(*Group, cl::Hidden));
  }
  for (const Section &Each : Sections)
    OS << '\n' << Each.Heading << ":\n" << Each.Lines;
}

void describeOptions(raw_ostream &OS) {
  for (const cl::OptionCategory *Group : helpGroups()) {
    OS << "group\t" << Group->getName() << '\n';
    for (const cl::Option *Option : optionsOf(*Group, cl::NotHidden))
      describeOption(OS, *Option);
  }
  for (const Section &Each : Sections) {
    SmallVector<StringRef, 16> Lines;
    StringRef(Each.Lines)
        .split(Lines, '\n', /*MaxSplit=*/-1,
               /*KeepEmpty=*/false);
    for (StringRef Line : Lines)
      OS << "text\t" << Each.Heading << '\t' << Line << '\n';
  }
}

void printVersion(raw_ostream &OS) {
  OS << "remote-run " REMOTERUN_VERSION " (" << Commit << ", protocol version "
     << wire::ProtocolVersion << ")\n"
     << "  LLVM " LLVM_VERSION_STRING "\n"
     << "  Host: " << sys::getProcessTriple() << ", " << sys::getHostCPUName()
     << "\n";
}

} // namespace remoterun::options
