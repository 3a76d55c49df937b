//===- repl.cpp - A calculator that survives what it calculates -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   repl [--time-limit=MILLISECONDS] [COMMAND...]
//
// Each line is a module (Language.h), and runs in another process: remote-stub,
// or what the command starts. Where a line crashes, does not end, or calls
// exit, that is told, the process is started anew, and all definitions are
// there again.
//
//===----------------------------------------------------------------------===//

#include "Language.h"

#include <remote-run/RemoteJIT.h>

#include <cstdio>
#include <cstring>
#include <iostream>
#include <unistd.h>

using namespace remoterun;

namespace {

class Repl {
public:
  explicit Repl(RemoteJIT Jit) : Jit(std::move(Jit)) {}

  /// False where nothing more can be calculated.
  bool take(const std::string &Text);

private:
  Expected<void> define(Line Its);
  Expected<double> calculate(Line Its);
  bool recover();
  void report(const Failure &Why) {
    std::printf("error: %s\n", Why.Message.c_str());
  }

  RemoteJIT Jit;
  KnownFunctions Known;
  std::map<std::string, ModuleHandle> Definitions;
  std::optional<ModuleHandle> Calculated; ///< What is to be removed.
  unsigned Number = 0;
};

Expected<void> Repl::define(Line Its) {
  if (auto Old = Definitions.find(Its.Function); Old != Definitions.end())
    return Jit.replace(Old->second, std::move(Its.Module));
  // Others that call it will call what it is replaced by.
  auto Added = Jit.add(std::move(Its.Module), {.Replaceable = true});
  if (!Added)
    return Added.error();
  Definitions[Its.Function] = *Added;
  Known[Its.Function] = Its.Parameters;
  return {};
}

Expected<double> Repl::calculate(Line Its) {
  auto Added = Jit.add(std::move(Its.Module));
  if (!Added)
    return Added.error();
  Calculated = *Added;
  auto Function = Jit.lookup<double()>(Its.Function);
  return Function ? (*Function)() : Function.error();
}

/// The process that the code was in is gone, or does not answer.
bool Repl::recover() {
  size_t Before = Jit.statistics().ModulesCompiled;
  if (auto Restarted = Jit.restart(); !Restarted) {
    report(Restarted.error());
    return false;
  }
  std::printf("(a new process; definitions kept: %zu, compiled again: %zu)\n",
              Definitions.size(), Jit.statistics().ModulesCompiled - Before);
  return true;
}

bool Repl::take(const std::string &Text) {
  if (Text.find_first_not_of(" \t") == std::string::npos)
    return true;
  auto Its = compileLine(Text, "line " + std::to_string(++Number), Known);
  if (!Its) {
    report(Its.error());
    return true;
  }
  Failure Why;
  if (Its->IsDefinition) {
    auto Done = define(std::move(*Its));
    if (Done)
      return true;
    Why = Done.error();
  } else {
    auto Result = calculate(std::move(*Its));
    if (Result)
      std::printf("%.10g\n", *Result);
    else
      Why = Result.error();
  }
  bool GoesOn = true;
  if (!Why.Message.empty()) {
    report(Why);
    GoesOn = Why.Ending == CallEnd::None || recover();
  }
  if (GoesOn && Calculated)
    (void)!Jit.remove(*std::exchange(Calculated, std::nullopt));
  return GoesOn;
}

int fail(const Failure &Why) {
  std::fprintf(stderr, "repl: %s\n", Why.Message.c_str());
  return 1;
}

} // namespace

int main(int Count, char **Arguments) {
  JITSettings Settings;
  Settings.CallTimeLimit = std::chrono::seconds(5);
  // Where sqrt() and its like are.
  Settings.Libraries = {"m"};
  std::vector<std::string> Command(Arguments + 1, Arguments + Count);
  constexpr std::string_view Limit = "--time-limit=";
  if (!Command.empty() && Command.front().starts_with(Limit)) {
    Settings.CallTimeLimit = std::chrono::milliseconds(
        std::atoi(Command.front().c_str() + Limit.size()));
    Command.erase(Command.begin());
  }
  auto Target =
      Command.empty() ? Executor::launch() : Executor::launch(Command);
  if (!Target)
    return fail(Target.error());
  auto Jit = RemoteJIT::create(std::move(*Target), Settings);
  if (!Jit)
    return fail(Jit.error());

  Repl Session(std::move(*Jit));
  // What is no terminal does not show what is typed.
  const bool Echoes = !::isatty(STDIN_FILENO);
  std::string Text;
  bool GoesOn = true;
  while (GoesOn && (std::printf("> "), std::fflush(stdout),
                    std::getline(std::cin, Text))) {
    if (Echoes)
      std::printf("%s\n", Text.c_str());
    GoesOn = Session.take(Text);
  }
  std::printf("\n");
  return !GoesOn;
}
