//===- CommandWords.cpp - A command as a shell reads it -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/CommandWords.h"

#include <utility>

namespace remoterun::controller {

namespace {

/// One word being put together.
class WordSplitter {
public:
  WordSplitter(std::string_view Command, std::string_view Source)
      : Rest(Command), Source(Source) {}

  Expected<std::vector<std::string>> split() {
    while (!Rest.empty()) {
      char C = next();
      if (C == ' ' || C == '\t' || C == '\n')
        endWord();
      else if (C == '\'' || C == '"') {
        if (!quoted(C))
          return broken(std::string("a ") + C +
                        " without the one that ends it");
      } else if (C == '\\') {
        if (Rest.empty())
          return broken("a \\ at the end");
        // A line that goes on is one line.
        if (char Escaped = next(); Escaped != '\n')
          add(Escaped);
      } else {
        add(C);
      }
    }
    endWord();
    return std::move(Words);
  }

private:
  char next() {
    char C = Rest.front();
    Rest.remove_prefix(1);
    return C;
  }
  void add(char C) {
    Word += C;
    IsWord = true;
  }
  void endWord() {
    if (IsWord)
      Words.push_back(std::exchange(Word, ""));
    IsWord = false;
  }
  bool quoted(char Quote) {
    // Even an empty one makes a word.
    IsWord = true;
    while (!Rest.empty()) {
      char C = next();
      if (C == Quote)
        return true;
      if (Quote == '"' && C == '\\' && !Rest.empty())
        escaped();
      else
        Word += C;
    }
    return false;
  }
  /// What a backslash within double quotes is in front of: it stands for itself
  /// but before these.
  void escaped() {
    constexpr std::string_view Special = "$`\"\\\n";
    char C = Rest.front();
    if (Special.find(C) == Special.npos) {
      Word += '\\';
      return;
    }
    next();
    if (C != '\n')
      Word += C;
  }

  Failure broken(const std::string &What) const {
    return {Blame::Usage, std::string(Source) + ": " + What};
  }

  std::string_view Rest;
  std::string_view Source;
  std::string Word;
  bool IsWord = false;
  std::vector<std::string> Words;
};

} // namespace

Expected<std::vector<std::string>> splitCommand(std::string_view Command,
                                                std::string_view Source) {
  return WordSplitter(Command, Source).split();
}

std::string quotedWord(std::string_view Word) {
  constexpr std::string_view Plain = "abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_-./+,:@%=";
  // With the slash: behind a quotation mark, it would not end the name.
  size_t Home = Word.starts_with('~') ? Word.find('/') + 1 : 0;
  if (Word.find_first_not_of(Plain, 1) < Home)
    Home = 0;
  std::string Quoted(Word.substr(0, Home));
  Word.remove_prefix(Home);
  if (!Word.empty() && Word.find_first_not_of(Plain) == Word.npos)
    return Quoted.append(Word);
  Quoted += '\'';
  for (char C : Word)
    if (C == '\'')
      Quoted += "'\\''";
    else
      Quoted += C;
  return Quoted += '\'';
}

} // namespace remoterun::controller
