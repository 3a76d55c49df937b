//===- LinkerScript.cpp - Scripts in the place of libraries ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/LinkerScript.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

class ScriptParser {
public:
  ScriptParser(StringRef Text, const std::string &File)
      : Script(Text), Rest(Text), File(File) {}

  Expected<LinkerScript> parse();

private:
  Failure wrong(const std::string &What) const;
  Expected<void> skipSpace();
  /// A parenthesis, or a name; empty at the end.
  Expected<StringRef> next();
  Expected<void> expectOpening(StringRef Command);
  Expected<void> parseInputs(StringRef Command, bool IfNeeded);
  Expected<std::vector<StringRef>> parseArguments(StringRef Command);

  StringRef Script, Rest;
  const std::string &File;
  LinkerScript Result;
};

Failure ScriptParser::wrong(const std::string &What) const {
  size_t Line = Script.drop_back(Rest.size()).count('\n') + 1;
  return {Blame::Input, "cannot read library '" + File +
                            "': it is no ELF file, and as a linker script it "
                            "has in line " +
                            std::to_string(Line) + " " + What};
}

Expected<void> ScriptParser::skipSpace() {
  for (;;) {
    // Commas may stand between names, and semicolons behind commands.
    Rest = Rest.drop_while([](char C) { return isSpace(C) || C == ','; });
    Rest = Rest.ltrim(';');
    if (Rest.starts_with("/*")) {
      size_t End = Rest.find("*/", 2);
      if (End == StringRef::npos)
        return wrong("a comment without end");
      Rest = Rest.drop_front(End + 2);
    } else if (Rest.empty() || (!isSpace(Rest.front()) && Rest[0] != ',')) {
      return {};
    }
  }
}

Expected<StringRef> ScriptParser::next() {
  if (auto Skipped = skipSpace(); !Skipped)
    return Skipped.error();
  if (Rest.empty())
    return StringRef();
  size_t Length = 1;
  if (Rest.front() == '"') {
    Length = Rest.find('"', 1);
    if (Length == StringRef::npos)
      return wrong("a name without its second quote");
    StringRef Quoted = Rest.slice(1, Length);
    Rest = Rest.drop_front(Length + 1);
    return Quoted;
  }
  if (Rest.front() != '(' && Rest.front() != ')')
    Length = std::min(Rest.find_first_of(" \t\r\n,;()\""), Rest.size());
  StringRef Token = Rest.take_front(Length);
  if (!all_of(Token, isPrint))
    return wrong("bytes that are no text");
  Rest = Rest.drop_front(Length);
  return Token;
}

Expected<void> ScriptParser::expectOpening(StringRef Command) {
  auto Token = next();
  if (!Token)
    return Token.error();
  if (*Token != "(")
    return wrong("no '(' behind '" + Command.str() + "'");
  return {};
}

Expected<void> ScriptParser::parseInputs(StringRef Command, bool IfNeeded) {
  if (auto Opened = expectOpening(Command); !Opened)
    return Opened;
  for (;;) {
    auto Name = next();
    if (!Name)
      return Name.error();
    if (*Name == ")")
      return {};
    if (Name->empty() || *Name == "(")
      return wrong("no ')' behind the names of '" + Command.str() + "'");
    if (*Name != "AS_NEEDED") {
      Result.Inputs.push_back({Name->str(), IfNeeded});
      continue;
    }
    if (IfNeeded)
      return wrong("AS_NEEDED in AS_NEEDED");
    if (auto Parsed = parseInputs(*Name, /*IfNeeded=*/true); !Parsed)
      return Parsed;
  }
}

Expected<std::vector<StringRef>>
ScriptParser::parseArguments(StringRef Command) {
  if (auto Opened = expectOpening(Command); !Opened)
    return Opened.error();
  std::vector<StringRef> Arguments;
  for (;;) {
    auto Token = next();
    if (!Token)
      return Token.error();
    if (*Token == ")")
      return Arguments;
    if (Token->empty() || *Token == "(")
      return wrong("no ')' behind '" + Command.str() + "'");
    Arguments.push_back(*Token);
  }
}

Expected<LinkerScript> ScriptParser::parse() {
  for (;;) {
    auto Command = next();
    if (!Command)
      return Command.error();
    if (Command->empty())
      return std::move(Result);
    if (*Command == "INPUT" || *Command == "GROUP") {
      if (auto Parsed = parseInputs(*Command, /*IfNeeded=*/false); !Parsed)
        return Parsed.error();
      continue;
    }
    bool IsDirectory = *Command == "SEARCH_DIR";
    if (!IsDirectory && *Command != "OUTPUT_FORMAT" &&
        *Command != "OUTPUT_ARCH" && *Command != "TARGET")
      return wrong("'" + Command->str() + "', which libraries are not read by");
    auto Arguments = parseArguments(*Command);
    if (!Arguments)
      return Arguments.error();
    if (IsDirectory)
      for (StringRef Directory : *Arguments)
        Result.Directories.push_back(Directory.str());
  }
}

} // namespace

Expected<LinkerScript> parseLinkerScript(StringRef Text,
                                         const std::string &File) {
  return ScriptParser(Text, File).parse();
}

} // namespace remoterun::jit
