//===- LinkOptions.cpp - What a linker's command line says ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinkOptions.h"
#include "OptionTable.h"
#include "SymbolOptions.h"
#include "driver/settings/LibraryResolution.h"
#include "driver/settings/RuntimeResolution.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace remoterun {

namespace options {

cl::OptionCategory InputCategory("Inputs: what is linked into the program");
cl::OptionCategory LibraryCategory("Libraries and symbols of the executor");

cl::list<std::string> ExtraModules("extra-module",
                                   cl::value_desc("file.ll|file.bc"),
                                   cl::desc("Link this IR with the program"),
                                   cl::cat(InputCategory));

namespace {

cl::list<std::string>
    ExtraObjects("extra-object", cl::value_desc("file.o"),
                 cl::desc("Link this relocatable object with the program"),
                 cl::cat(InputCategory));
cl::list<std::string> ExtraArchives(
    "extra-archive", cl::value_desc("file.a"),
    cl::desc("Link the members of this archive that the program needs"),
    cl::cat(InputCategory));
cl::list<std::string>
    ExtraLibraries("extra-library", cl::value_desc("file.so"),
                   cl::desc("Load this shared library, which is linked against "
                            "where it stands"),
                   cl::cat(InputCategory));
cl::list<bool> WholeArchive(
    "whole-archive", cl::ValueDisallowed,
    cl::desc("Link all members of the archives that follow, needed or not"),
    cl::cat(InputCategory));
cl::list<bool> NoWholeArchive("no-whole-archive", cl::ValueDisallowed,
                              cl::desc("End --whole-archive"),
                              cl::cat(InputCategory));
cl::list<bool>
    StartGroup("start-group", cl::ValueDisallowed,
               cl::desc("As in ld; archives are searched again in any case"),
               cl::cat(InputCategory));
cl::list<bool> EndGroup("end-group", cl::ValueDisallowed,
                        cl::desc("End --start-group"), cl::cat(InputCategory));
cl::list<bool> AsNeeded(
    "as-needed", cl::ValueDisallowed,
    cl::desc("Load shared libraries that follow only if they define something\n"
             "that the program refers to"),
    cl::cat(InputCategory));
cl::list<bool> NoAsNeeded("no-as-needed", cl::ValueDisallowed,
                          cl::desc("End --as-needed"), cl::cat(InputCategory));
cl::list<std::string> Runtimes(
    "runtime", cl::CommaSeparated, cl::value_desc("name,..."),
    cl::desc("Link this runtime of clang's as clang would: asan, tsan, ubsan,\n"
             "profile, xray, fuzzer, gprof, openmp, libc++, ..."),
    cl::cat(InputCategory));

cl::list<std::string>
    Dlopen("dlopen", cl::value_desc("lib"),
           cl::desc("Load this library into the executor, as by dlopen(3)"),
           cl::cat(LibraryCategory));
cl::list<std::string>
    LibraryNames("l", cl::Prefix, cl::value_desc("name"),
                 cl::desc("Load lib<name>.so, or link lib<name>.a, as ld does"),
                 cl::cat(LibraryCategory));
cl::list<std::string>
    LibraryDirectories("L", cl::Prefix, cl::value_desc("dir"),
                       cl::desc("Search this directory for -l"),
                       cl::cat(LibraryCategory));

} // namespace

cl::list<std::string>
    AbsoluteSymbols("abs", cl::value_desc("name=address"),
                    cl::desc("Bind a symbol to an address in the executor"),
                    cl::cat(LibraryCategory));
cl::opt<bool> AsImage(
    "image", cl::init(true),
    cl::desc("Have the executor's dynamic linker map the program as a shared "
             "object of its process"),
    cl::Hidden, cl::cat(LibraryCategory));
cl::opt<bool> NoProcessSymbols(
    "no-process-syms",
    cl::desc("Resolve symbols only in the libraries of --dlopen and -l"),
    cl::cat(LibraryCategory));

} // namespace options

namespace {

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// One of the options above, where it stands.
struct Word {
  enum class Kind {
    Object,
    Archive,
    Library,
    WholeArchive,
    NoWholeArchive,
    AsNeeded,
    NoAsNeeded,
    StartGroup,
    EndGroup,
    Dlopen,
    Name,
    Runtime,
  };
  unsigned Position;
  Kind What;
  std::string Value = {};
};

void addWords(const cl::list<std::string> &List, Word::Kind What,
              std::vector<Word> &Words) {
  for (unsigned I = 0; I != List.size(); ++I)
    Words.push_back({List.getPosition(I), What, List[I]});
}

void addWords(const cl::list<bool> &List, Word::Kind What,
              std::vector<Word> &Words) {
  for (unsigned I = 0; I != List.size(); ++I)
    Words.push_back({List.getPosition(I), What});
}

std::vector<Word> wordsInOrder() {
  using Kind = Word::Kind;
  std::vector<Word> Words;
  addWords(options::ExtraObjects, Kind::Object, Words);
  addWords(options::ExtraArchives, Kind::Archive, Words);
  addWords(options::ExtraLibraries, Kind::Library, Words);
  addWords(options::AsNeeded, Kind::AsNeeded, Words);
  addWords(options::NoAsNeeded, Kind::NoAsNeeded, Words);
  addWords(options::WholeArchive, Kind::WholeArchive, Words);
  addWords(options::NoWholeArchive, Kind::NoWholeArchive, Words);
  addWords(options::StartGroup, Kind::StartGroup, Words);
  addWords(options::EndGroup, Kind::EndGroup, Words);
  addWords(options::Dlopen, Kind::Dlopen, Words);
  addWords(options::LibraryNames, Kind::Name, Words);
  addWords(options::Runtimes, Kind::Runtime, Words);
  sort(Words,
       [](const Word &A, const Word &B) { return A.Position < B.Position; });
  return Words;
}

/// Groups do not nest (GNU ld's manual, --start-group); one that is not ended
/// ends with the line.
Expected<void> checkGroups(ArrayRef<Word> Words) {
  bool IsInGroup = false;
  for (const Word &Each : Words) {
    bool Starts = Each.What == Word::Kind::StartGroup;
    if (!Starts && Each.What != Word::Kind::EndGroup)
      continue;
    if (Starts == IsInGroup)
      return usage(Starts ? "--start-group in a group: --end-group is missing"
                          : "--end-group without --start-group");
    IsInGroup = Starts;
  }
  return {};
}

std::string absolute(const std::string &File) {
  SmallString<128> Path(File);
  // If that fails, it is as it was.
  (void)sys::fs::make_absolute(Path);
  return std::string(Path);
}

} // namespace

std::vector<std::string> asOptions(ArrayRef<jit::LinkInput> Inputs) {
  using Kind = jit::LinkInput::Kind;
  std::vector<std::string> Words;
  for (const jit::LinkInput &Input : Inputs) {
    bool IsWhole = Input.What == Kind::WholeArchive;
    if (!Input.isLinkedIn())
      continue;
    if (IsWhole)
      Words.push_back("--whole-archive");
    Words.push_back(
        (Input.What == Kind::Object ? "--extra-object=" : "--extra-archive=") +
        absolute(Input.File));
    if (IsWhole)
      Words.push_back("--no-whole-archive");
  }
  return Words;
}

Expected<driver::LinkSettings> chosenLinkLine(const driver::LinkScope &Scope) {
  if (is_contained(options::Dlopen, "") ||
      is_contained(options::LibraryNames, ""))
    return usage("--dlopen and -l take the name of a library");
  std::vector<Word> Words = wordsInOrder();
  if (auto Checked = checkGroups(Words); !Checked)
    return Checked.error();
  if (auto Checked = checkLinkerKeywords(); !Checked)
    return Checked.error();
  auto Rules = chosenSymbolRules(options::LibraryDirectories);
  if (!Rules)
    return Rules.error();
  driver::LinkSettings Line;
  Line.Rules = std::move(*Rules);
  Line.Directories = options::LibraryDirectories;
  driver::LibraryResolution Libraries(Scope, Line);
  driver::RuntimeResolution Runtimes(options::Runtimes, Scope, Line, Libraries);
  driver::LibraryModes Modes;
  for (const Word &Each : Words) {
    switch (Each.What) {
    case Word::Kind::Object:
      Line.Inputs.push_back({jit::LinkInput::Kind::Object, Each.Value});
      break;
    case Word::Kind::Archive:
      Line.Inputs.push_back({Modes.IsWhole ? jit::LinkInput::Kind::WholeArchive
                                           : jit::LinkInput::Kind::Archive,
                             Each.Value});
      break;
    case Word::Kind::Library:
      if (auto Added = Libraries.addFile(Each.Value, Modes); !Added)
        return Added.error();
      break;
    case Word::Kind::AsNeeded:
    case Word::Kind::NoAsNeeded:
      Modes.IfNeeded = Each.What == Word::Kind::AsNeeded;
      break;
    case Word::Kind::WholeArchive:
    case Word::Kind::NoWholeArchive:
      Modes.IsWhole = Each.What == Word::Kind::WholeArchive;
      break;
    case Word::Kind::StartGroup:
    case Word::Kind::EndGroup:
      break;
    case Word::Kind::Dlopen:
      Line.Libraries.push_back({wire::Load::Kind::Path, Each.Value});
      break;
    case Word::Kind::Name:
      if (auto Added = Libraries.add(Each.Value, Modes); !Added)
        return Added.error();
      break;
    case Word::Kind::Runtime:
      if (auto Added = Runtimes.add(Each.Value); !Added)
        return Added.error();
    }
  }
  return Line;
}

} // namespace remoterun
