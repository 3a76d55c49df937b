//===- CommandLine.cpp - What is ours and what is the guest's -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "Conclusion.h"
#include "Help.h"
#include "OptionNames.h"
#include "OptionTable.h"
#include "ProgramLink.h"
#include "StartAgain.h"
#include "StderrCapture.h"
#include "controller/launch/CommandWords.h"
#include "jit/target/Backends.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

namespace {

constexpr char OptionsVariable[] = "REMOTE_RUN_OPTIONS";

/// The first argument of a program that gets a command line of another of ours,
/// to which nothing is to be added.
constexpr StringLiteral CompleteMark = "--command-line-is-complete";

/// The first argument of one that starts a program again; the second says where
/// the first one was started.
constexpr StringLiteral AgainMark = "--start-again-from";

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// Of words that are not the caller's; they are never freed.
StringSaver &wordSaver() {
  static BumpPtrAllocator Memory;
  static StringSaver Saver(Memory);
  return Saver;
}

/// Whether \p Argument, an option of ours, takes the argument after it.
bool takesNext(StringRef Argument) {
  StringRef Name = Argument.drop_front(Argument.starts_with("--") ? 2 : 1);
  if (Name.contains('='))
    return false;
  auto &Known = cl::getRegisteredOptions();
  auto Found = Known.find(Name);
  return Found != Known.end() &&
         Found->second->getValueExpectedFlag() == cl::ValueRequired;
}

/// Where options end among \p Words, which start with one if any: the index of
/// the first word that is none, or of what is behind the last. That is one too
/// many if the last lacks its value.
size_t findEndOfOptions(ArrayRef<const char *> Words) {
  size_t I = 0;
  for (; I < Words.size(); ++I) {
    StringRef Word = Words[I];
    if (!Word.starts_with("-") || Word == "-" || Word == "--")
      break;
    if (takesNext(Word))
      ++I;
  }
  return I;
}

/// Replaces "@file" among our options by the file's contents (llvm::cl's
/// response files), as often as there is one before the input file. llvm::cl
/// itself has to be kept from the words behind that: it would expand them
/// there.
Expected<void> expandResponseFiles(std::vector<const char *> &Words) {
  static BumpPtrAllocator Strings;
  constexpr int MostExpansions = 100;
  for (int Expansions = 0; Expansions != MostExpansions; ++Expansions) {
    size_t Index = findEndOfOptions(Words);
    if (Index >= Words.size() || Words[Index][0] != '@' ||
        !sys::fs::exists(Words[Index] + 1))
      return {};
    SmallVector<const char *, 8> File = {Words[Index]};
    cl::ExpansionContext Context(Strings, cl::TokenizeGNUCommandLine);
    if (Error E = Context.expandResponseFiles(File))
      return usage(toString(std::move(E)));
    auto Place = Words.begin() + static_cast<ptrdiff_t>(Index);
    Words.insert(Words.erase(Place), File.begin(), File.end());
  }
  return usage("response files include one another without end");
}

/// What llvm::cl says of a value that is none of a list, in words that name the
/// list.
std::string withValues(StringRef Line) {
  auto [Name, Value] = Line.split(" option: Cannot find option named '");
  auto Found = cl::getRegisteredOptions().find(Name.ltrim('-'));
  if (!Value.consume_back("'!") || Found == cl::getRegisteredOptions().end())
    return Line.str();
  StringRef Known = Found->second->ValueStr;
  return (Name + ": unknown value '" + Value + "'; " +
          (Known.contains('|') ? "it takes " + Known
                               : "--help-hidden lists what it takes"))
      .str();
}

/// llvm::cl prefixes "<program>: " to each line of its own.
std::string withoutProgramName(StringRef Text, StringRef Program) {
  std::string Result;
  SmallVector<StringRef, 4> Lines;
  Text.split(Lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  std::string Prefix = (sys::path::filename(Program) + ": ").str();
  for (StringRef Line : Lines) {
    Line.consume_front(Prefix);
    Line.consume_front("for the ");
    Result += (Result.empty() ? "" : "; ") + withValues(Line.trim());
  }
  return Result;
}

/// Answers the first option of \p Own that only asks something, and ends, as
/// llvm::cl does for --version.
void answerQuestions(ArrayRef<const char *> Own) {
  for (size_t I = 0; I < Own.size(); ++I) {
    StringRef Name = StringRef(Own[I]).ltrim('-');
    if (Name == "help" || Name == "h")
      options::printHelp(/*All=*/false);
    else if (Name == "help-hidden")
      options::printHelp(/*All=*/true);
    else if (Name == "describe-options")
      options::describeOptions(outs());
    else {
      I += takesNext(Own[I]);
      continue;
    }
    std::exit(0);
  }
}

/// Who asks for a result has it of a command line that is wrong, too.
void noteResultFile(ArrayRef<const char *> Words) {
  for (size_t I = 0; I < Words.size(); ++I) {
    auto [Name, Value] = StringRef(Words[I]).ltrim('-').split('=');
    bool HasNext = takesNext(Words[I]) && I + 1 < Words.size();
    if (Name == options::ResultJson.ArgStr)
      options::ResultJson.setValue(HasNext ? Words[I + 1] : Value.str());
    I += HasNext;
  }
}

Expected<void> parseOptions(const char *Program, ArrayRef<const char *> Words) {
  for (size_t I = 0; I < Words.size(); I += takesNext(Words[I]) ? 2 : 1)
    if (!options::isKnown(Words[I])) {
      noteResultFile(Words);
      return usage(options::describeUnknown(Words[I]));
    }
  std::vector<const char *> Values = {Program};
  append_range(Values, Words);
  std::string Errors;
  raw_string_ostream Stream(Errors);
  StderrCapture Capture([](const std::string &Printed) {
    // --version ends the process too, and prints nothing there.
    if (!Printed.empty())
      ::_exit(conclusion::ofFailure(usage(withoutProgramName(Printed, ""))));
  });
  if (cl::ParseCommandLineOptions(static_cast<int>(Values.size()),
                                  Values.data(), /*Overview=*/"", &Stream))
    return {};
  return usage(withoutProgramName(Capture.finish() + Errors, Program));
}

/// The options of the environment, each of which is one by itself: what is
/// wrong with them is not the command line's fault.
Expected<std::vector<const char *>> optionsOfEnvironment(const char *Program) {
  std::vector<const char *> Words;
  const char *Text = std::getenv(OptionsVariable);
  if (!Text)
    return Words;
  auto Split = controller::splitCommand(Text, OptionsVariable);
  if (!Split)
    return Split.error();
  for (const std::string &Word : *Split)
    Words.push_back(wordSaver().save(Word).data());
  auto InVariable = [](const std::string &What) {
    return usage(std::string(OptionsVariable) + ": " + What);
  };
  if (auto Expanded = expandResponseFiles(Words); !Expanded)
    return InVariable(Expanded.error().Message);
  size_t End = findEndOfOptions(Words);
  if (End < Words.size())
    return InVariable("'" + std::string(Words[End]) +
                      "' is no option; the program and its arguments are for "
                      "the command line");
  if (auto Parsed = parseOptions(Program, Words); !Parsed)
    return InVariable(Parsed.error().Message);
  // They count once, with those of the command line.
  cl::ResetAllOptionOccurrences();
  return Words;
}

/// argv[0] is the input's name as lli makes it; of an object, what it is
/// usually linked to.
std::string guestName(StringRef InputFile) {
  if (!InputFile.consume_back(".bc"))
    InputFile.consume_back(".o");
  return InputFile.str();
}

/// For commandLineForOtherProgram().
struct {
  std::string Called;
  CommandLine Line;
} AsRead;

} // namespace

std::vector<std::string> CommandLine::select(bool (*Wanted)(StringRef)) const {
  std::vector<std::string> Given;
  for (size_t I = 0; I < Own.size(); ++I) {
    bool HasValue = takesNext(Own[I]) && I + 1 != Own.size();
    if (Wanted(Own[I]))
      Given.insert(Given.end(), Own.begin() + static_cast<ptrdiff_t>(I),
                   Own.begin() + static_cast<ptrdiff_t>(I + 1 + HasValue));
    I += HasValue;
  }
  return Given;
}

namespace {

/// All of \p Words are the guest's.
Expected<void> readForLink(const std::string &Link, const char *Called,
                           ArrayRef<const char *> Words, CommandLine &Line) {
  auto File = programBesideLink(Link);
  if (!File)
    return File.error();
  Line.InputFile = std::move(*File);
  Line.Name = Called;
  append_range(Line.GuestArguments, Words);
  return {};
}

Expected<void> readWords(std::vector<const char *> Words, CommandLine &Line) {
  if (auto Expanded = expandResponseFiles(Words); !Expanded)
    return Expanded;
  ArrayRef<const char *> Rest(Words);
  size_t End = std::min(findEndOfOptions(Words), Words.size());
  append_range(Line.Own, Rest.take_front(End));
  Rest = Rest.drop_front(End);
  if (!Rest.empty() && StringRef(Rest.front()) == "--")
    Rest = Rest.drop_front();
  Line.NamesInput = !Rest.empty();
  if (Line.NamesInput) {
    Line.InputFile = Rest.front();
    append_range(Line.GuestArguments, Rest.drop_front());
  }
  Line.Name = guestName(Line.InputFile);
  return {};
}

/// What commandLineToStartAgain() has made.
Expected<CommandLine> readToStartAgain(const char *Program,
                                       ArrayRef<const char *> Words) {
  CommandLine Line;
  Line.StartsAgain = true;
  size_t End = findEndOfOptions(Words);
  // The file and its argv[0] are behind "--".
  constexpr size_t Fewest = 3;
  if (Words.size() < End + Fewest)
    return usage(std::string(AgainMark) + " is for remote-run itself");
  append_range(Line.Own, Words.take_front(End));
  Line.InputFile = Words[End + 1];
  Line.Name = Words[End + 2];
  append_range(Line.GuestArguments, Words.drop_front(End + Fewest));
  if (auto Parsed = parseOptions(Program, Line.Own); !Parsed)
    return Parsed.error();
  return Line;
}

} // namespace

Expected<CommandLine> readCommandLine(int Count, char **Values) {
  const char *Program = Values[0];
  std::vector<const char *> Words(Values + 1, Values + Count);
  CommandLine Line;
  if (Words.size() > 2 && Words.front() == AgainMark) {
    auto Directory = returnTo(Words[1]);
    if (!Directory)
      return Directory.error();
    auto Read =
        readToStartAgain(Program, ArrayRef<const char *>(Words).drop_front(2));
    if (!Read)
      return Read;
    Read->Directory = std::move(*Directory);
    AsRead = {Program, *Read};
    return Read;
  }
  bool IsComplete =
      jit::HasAllBackends && !Words.empty() && Words.front() == CompleteMark;
  if (IsComplete) {
    Words.erase(Words.begin());
  } else {
    auto Found = optionsOfEnvironment(Program);
    if (!Found)
      return Found.error();
    Line.Own = std::move(*Found);
  }
  std::optional<std::string> Link = programLink(Program);
  if (auto Read = Link ? readForLink(*Link, Program, Words, Line)
                       : readWords(std::move(Words), Line);
      !Read)
    return Read.error();
  answerQuestions(Line.Own);
  if (auto Parsed = parseOptions(Program, Line.Own); !Parsed)
    return Parsed.error();
  if (!Line.NamesInput && ::isatty(STDIN_FILENO))
    return usage("no file is named, and standard input is a terminal; usage: "
                 "remote-run [options] <file.ll|file.bc|-> [guest "
                 "arguments...]; --help tells more");
  AsRead = {Program, Line};
  return Line;
}

std::vector<std::string>
commandLineToStartAgain(std::string Directory, std::vector<std::string> Effects,
                        std::string File) {
  // Under its own name: it is no link that stands for a program.
  std::vector<std::string> Words = {"remote-run", AgainMark.str(),
                                    std::move(Directory)};
  append_range(Words, AsRead.Line.select(options::countsAgain));
  append_range(Words, std::move(Effects));
  Words.push_back("--");
  Words.push_back(std::move(File));
  return Words;
}

std::vector<std::string> commandLineForOtherProgram(const std::string &Option) {
  const auto &[Called, Line] = AsRead;
  std::vector<std::string> Words = {Called, CompleteMark.str(), Option,
                                    "--fake-argv0=" + Line.Name};
  append_range(Words, Line.Own);
  Words.push_back("--");
  Words.push_back(Line.InputFile);
  append_range(Words, Line.GuestArguments);
  return Words;
}

} // namespace remoterun
