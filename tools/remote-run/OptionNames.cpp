//===- OptionNames.cpp - Is an argument an option at all? -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptionNames.h"
#include "OptionTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

#include <algorithm>

using namespace llvm;

namespace remoterun::options {

namespace {

/// Of "--name=value".
StringRef nameOf(StringRef Argument) {
  return Argument.ltrim('-').take_until([](char C) { return C == '='; });
}

/// Whether a person may be told of \p Option, whose name is \p Name. One letter
/// would be near to every short word.
bool canBeSuggested(StringRef Name, const cl::Option &Option) {
  return Name.size() > 1 && Option.getOptionHiddenFlag() != cl::ReallyHidden &&
         isOurs(Option);
}

/// The names that are fewest letters away from \p Word, of those for which
/// \p IsCandidate is true.
std::vector<StringRef> nearestOf(StringRef Word,
                                 function_ref<bool(StringRef)> IsCandidate) {
  constexpr size_t LettersPerMistake = 3;
  size_t Distance = Word.size() / LettersPerMistake;
  std::vector<StringRef> Nearest;
  for (auto &[Name, Option] : cl::getRegisteredOptions()) {
    if (Name.size() > Word.size() + Distance ||
        Word.size() > Name.size() + Distance || !IsCandidate(Name) ||
        !canBeSuggested(Name, *Option))
      continue;
    size_t Edits = Word.edit_distance_insensitive(Name);
    if (Edits > Distance)
      continue;
    if (Edits < Distance)
      Nearest.clear();
    Distance = Edits;
    Nearest.push_back(Name);
  }
  return Nearest;
}

/// Whether "-luancher" is more probably an option than a library.
bool isMisspelt(StringRef Word) {
  return !nearestOf(Word, [&](StringRef Name) {
            return Name.front() == Word.front();
          }).empty();
}

/// Whether \p Value can be meant as that of the option \p Letter, to which it
/// is joined.
bool canBeJoined(char Letter, StringRef Value, StringRef Word) {
  // "-l=name" is LLVM's way to write it.
  if (Value.consume_front("="))
    return true;
  switch (Letter) {
  case 'l':
    return !Value.contains('=') && !isMisspelt(Word);
  case 'L':
    return Value.contains('/') || !Value.contains('=');
  case 'j':
    return all_of(Value, isDigit);
  default:
    return true;
  }
}

/// Joined values are for one dash: a long option is one word. But llc and lli
/// know --O2, too.
bool isJoined(StringRef Argument) {
  bool HasTwoDashes = Argument.starts_with("--");
  StringRef Text = Argument.drop_front(HasTwoDashes ? 2 : 1);
  auto &Known = cl::getRegisteredOptions();
  if (Text.size() < 2)
    return false;
  auto Found = Known.find(Text.take_front());
  return Found != Known.end() &&
         Found->second->getFormattingFlag() == cl::Prefix &&
         (!HasTwoDashes || Text[0] == 'O') &&
         canBeJoined(Text[0], Text.drop_front(), nameOf(Argument));
}

} // namespace

bool isKnown(StringRef Argument) {
  auto &Known = cl::getRegisteredOptions();
  return Known.find(nameOf(Argument)) != Known.end() || isJoined(Argument);
}

std::vector<StringRef> nearestNames(StringRef Word) {
  constexpr size_t MostNames = 3, ShortestBeginning = 3;
  std::vector<StringRef> Nearest;
  if (Word.size() >= ShortestBeginning)
    for (auto &[Name, Option] : cl::getRegisteredOptions())
      if (Name.starts_with(Word) && canBeSuggested(Name, *Option))
        Nearest.push_back(Name);
  if (Nearest.empty() || Nearest.size() > MostNames)
    Nearest = nearestOf(Word, [](StringRef) { return true; });
  sort(Nearest);
  Nearest.resize(std::min(Nearest.size(), MostNames));
  return Nearest;
}

std::string describeUnknown(StringRef Argument) {
  std::string Text = "unknown option '" + Argument.str() + "'";
  std::vector<StringRef> Nearest = nearestNames(nameOf(Argument));
  if (Nearest.empty())
    return Text + "; --help lists the options";
  std::string Separator = "; did you mean --";
  for (StringRef Name : Nearest) {
    Text += Separator + Name.str();
    Separator = " or --";
  }
  return Text + "?";
}

} // namespace remoterun::options
