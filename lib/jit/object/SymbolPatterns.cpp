//===- SymbolPatterns.cpp - Names of symbols, and wildcards ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/SymbolPatterns.h"
#include "jit/base/SymbolNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"

#include <algorithm>
#include <optional>

using namespace llvm;

namespace remoterun::jit {

Expected<void> SymbolPatterns::add(StringRef Pattern, bool IsCxx) {
  if (Pattern == "*") {
    ContainsAll = true;
    return {};
  }
  if (Pattern.find_first_of("*?[\\") == StringRef::npos) {
    addName(Pattern, IsCxx);
    return {};
  }
  auto Text = std::make_shared<const std::string>(Pattern);
  auto Parsed = GlobPattern::create(*Text);
  if (!Parsed)
    return Failure{Blame::Input,
                   "the wildcard '" + Pattern.str() +
                       "' is malformed: " + toString(Parsed.takeError())};
  (IsCxx ? Demangled : Plain)
      .Wildcards.push_back({std::move(Text), std::move(*Parsed)});
  return {};
}

void SymbolPatterns::addName(StringRef Name, bool IsCxx) {
  (IsCxx ? Demangled : Plain).Names.insert(Name);
}

SymbolPatterns::Match SymbolPatterns::List::match(StringRef Name) const {
  if (Names.contains(Name))
    return Match::Exact;
  bool Matches = any_of(Wildcards, [&](const Wildcard &Each) {
    return Each.Pattern.match(Name);
  });
  return Matches ? Match::Wildcard : Match::None;
}

SymbolPatterns::Match SymbolPatterns::match(StringRef Symbol) const {
  StringRef Name = Symbol.take_front(Symbol.find('@', 1));
  Match Found = Plain.match(Name);
  if (!Demangled.empty() && isMangled(Name))
    Found = std::max(Found, Demangled.match(demangle(Name)));
  if (Found == Match::None && ContainsAll)
    return Match::All;
  return Found;
}

namespace {

/// Of version scripts, and of dynamic lists, which are one node without a name
/// and without labels.
class ListParser {
public:
  ListParser(StringRef Text, const std::string &File)
      : Script(Text), Rest(Text), File(File) {}

  Expected<void> parseScript(VersionScript &Script);
  Expected<void> parseList(SymbolPatterns &Listed);

private:
  struct Token {
    StringRef Text; ///< Empty at the end.
    bool IsQuoted = false;

    bool is(StringRef Mark) const { return !IsQuoted && Text == Mark; }
  };

  Failure wrong(const std::string &What) const;
  Expected<void> skipSpace();
  Expected<Token> next();
  Expected<void> expect(StringRef Mark);
  /// Of a label, whose colon may stand apart.
  Expected<bool> takeLabel(StringRef Name, Token &Read);
  Expected<void> parseNode(SymbolPatterns &Global, SymbolPatterns *Local);
  Expected<void> parseForeign(SymbolPatterns &Into);
  Expected<void> add(const Token &Pattern, bool IsCxx, SymbolPatterns &Into);

  StringRef Script, Rest;
  const std::string &File;
};

Failure ListParser::wrong(const std::string &What) const {
  size_t Line = Script.drop_back(Rest.size()).count('\n') + 1;
  return {Blame::Input, "cannot read '" + File + "', line " +
                            std::to_string(Line) + ": " + What};
}

Expected<void> ListParser::skipSpace() {
  for (;;) {
    Rest = Rest.ltrim();
    if (Rest.starts_with("#")) {
      Rest = Rest.drop_until([](char C) { return C == '\n'; });
    } else if (Rest.starts_with("/*")) {
      size_t End = Rest.find("*/", 2);
      if (End == StringRef::npos)
        return wrong("a comment without end");
      Rest = Rest.drop_front(End + 2);
    } else {
      return {};
    }
  }
}

Expected<ListParser::Token> ListParser::next() {
  if (auto Skipped = skipSpace(); !Skipped)
    return Skipped.error();
  if (Rest.empty())
    return Token();
  if (Rest.front() == '"') {
    size_t End = Rest.find('"', 1);
    if (End == StringRef::npos)
      return wrong("a name without its second quote");
    Token Quoted = {Rest.slice(1, End), /*IsQuoted=*/true};
    Rest = Rest.drop_front(End + 1);
    return Quoted;
  }
  size_t Length = 1;
  if (!is_contained(StringRef("{};"), Rest.front()))
    Length = std::min(Rest.find_first_of(" \t\r\n{};\""), Rest.size());
  Token Word = {Rest.take_front(Length)};
  if (!all_of(Word.Text, isPrint))
    return wrong("bytes that are no text");
  Rest = Rest.drop_front(Length);
  return Word;
}

Expected<void> ListParser::expect(StringRef Mark) {
  auto Read = next();
  if (!Read)
    return Read.error();
  if (!Read->is(Mark))
    return wrong("'" + Read->Text.str() + "' where '" + Mark.str() +
                 "' should be");
  return {};
}

Expected<bool> ListParser::takeLabel(StringRef Name, Token &Read) {
  StringRef Word = Read.Text;
  if (Read.IsQuoted || !Word.consume_front(Name) || Word.starts_with("::"))
    return false;
  if (!Word.empty() && Word.front() != ':')
    return false;
  if (Word.empty()) {
    if (auto Skipped = skipSpace(); !Skipped)
      return Skipped.error();
    if (!Rest.consume_front(":"))
      return false;
  } else {
    // What follows without a space is read again.
    Rest =
        Script.drop_front(static_cast<size_t>(Word.data() + 1 - Script.data()));
  }
  auto Following = next();
  if (!Following)
    return Following.error();
  Read = *Following;
  return true;
}

Expected<void> ListParser::add(const Token &Pattern, bool IsCxx,
                               SymbolPatterns &Into) {
  if (Pattern.Text.empty())
    return wrong("a node without its '}'");
  if (!Pattern.IsQuoted && is_contained(StringRef("{};"), Pattern.Text[0]))
    return wrong("'" + Pattern.Text.str() + "' where a symbol should be");
  if (Pattern.IsQuoted)
    Into.addName(Pattern.Text, IsCxx);
  else if (auto Added = Into.add(Pattern.Text, IsCxx); !Added)
    return wrong(Added.error().Message);
  return {};
}

/// Behind "extern".
Expected<void> ListParser::parseForeign(SymbolPatterns &Into) {
  auto Language = next();
  if (!Language)
    return Language.error();
  bool IsCxx = Language->Text == "C++";
  if (!Language->IsQuoted || (!IsCxx && Language->Text != "C"))
    return wrong("extern \"" + Language->Text.str() +
                 "\" where \"C\" or \"C++\" should be");
  if (auto Opened = expect("{"); !Opened)
    return Opened;
  for (;;) {
    auto Name = next();
    if (!Name)
      return Name.error();
    if (Name->is("}"))
      return {};
    if (Name->is(";"))
      continue;
    if (auto Added = add(*Name, IsCxx, Into); !Added)
      return Added;
  }
}

/// Behind its '{', up to its '}'. \p Local is null where there are no labels.
Expected<void> ListParser::parseNode(SymbolPatterns &Global,
                                     SymbolPatterns *Local) {
  SymbolPatterns *Into = &Global;
  for (;;) {
    auto Read = next();
    if (!Read)
      return Read.error();
    for (bool IsLabel = Local != nullptr; IsLabel;) {
      auto IsGlobal = takeLabel("global", *Read);
      if (!IsGlobal)
        return IsGlobal.error();
      auto IsLocal = takeLabel("local", *Read);
      if (!IsLocal)
        return IsLocal.error();
      IsLabel = *IsGlobal || *IsLocal;
      if (IsLabel)
        Into = *IsLocal ? Local : &Global;
    }
    if (Read->is("}"))
      return {};
    if (Read->is(";"))
      continue;
    if (Read->is("extern")) {
      if (auto Parsed = parseForeign(*Into); !Parsed)
        return Parsed;
      continue;
    }
    if (auto Added = add(*Read, /*IsCxx=*/false, *Into); !Added)
      return Added;
  }
}

Expected<void> ListParser::parseScript(VersionScript &Script) {
  for (;;) {
    auto Name = next();
    if (!Name)
      return Name.error();
    if (Name->Text.empty() && !Name->IsQuoted)
      return {};
    if (!Name->is("{"))
      if (auto Opened = expect("{"); !Opened)
        return Opened;
    if (auto Parsed = parseNode(Script.Global, &Script.Local); !Parsed)
      return Parsed;
    // The versions that this one depends on.
    for (Token Behind = {"}"}; !Behind.is(";");) {
      auto Read = next();
      if (!Read)
        return Read.error();
      if (Read->Text.empty() || Read->is("{") || Read->is("}"))
        return wrong("no ';' behind a '}'");
      Behind = *Read;
    }
  }
}

Expected<void> ListParser::parseList(SymbolPatterns &Listed) {
  if (auto Opened = expect("{"); !Opened)
    return Opened;
  if (auto Parsed = parseNode(Listed, /*Local=*/nullptr); !Parsed)
    return Parsed;
  if (auto Ended = expect(";"); !Ended)
    return Ended;
  return expect("");
}

} // namespace

Expected<void> VersionScript::parse(StringRef Text, const std::string &File) {
  return ListParser(Text, File).parseScript(*this);
}

Expected<void> parseDynamicList(StringRef Text, const std::string &File,
                                SymbolPatterns &Listed) {
  return ListParser(Text, File).parseList(Listed);
}

} // namespace remoterun::jit
