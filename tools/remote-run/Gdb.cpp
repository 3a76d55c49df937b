//===- Gdb.cpp - gdb in the place of remote-run ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Gdb.h"
#include "OptionTable.h"
#include "controller/launch/CommandWords.h"

#include "llvm/Support/Program.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

namespace {

constexpr int CannotExecute = 126, NotFound = 127;

Failure usage(const std::string &Message) { return {Blame::Usage, Message}; }

/// What makes gdb treat a process that it has attached to as one that it has
/// started, in gdb's Python: run and start let it go on, and what is left of it
/// when gdb ends is killed. A gdb without Python says that it has none, goes
/// on, and the program dies with it.
constexpr char Manners[] = R"(
import gdb
begun = []
gdb.events.cont.connect(lambda event: begun.append(event))

class Run(gdb.Command):
  """Let the program begin. It waits before its first instruction; its arguments
  are those that remote-run was given."""
  def __init__(self, name, first):
    super().__init__(name, gdb.COMMAND_RUNNING)
    self.first = first
  def invoke(self, arguments, from_tty):
    if arguments:
      raise gdb.GdbError("The program's arguments are those that remote-run was given.")
    if begun:
      raise gdb.GdbError("The program has begun already; to start it again, leave gdb and call remote-run again.")
    if self.first:
      gdb.execute(self.first)
    gdb.execute("continue", from_tty)

Run("run", None)
Run("start", "tbreak main")

def kill_program(event):
  for inferior in gdb.inferiors():
    if inferior.pid:
      gdb.execute("kill inferiors %d" % inferior.num)

if hasattr(gdb.events, "gdb_exiting"):
  gdb.events.gdb_exiting.connect(kill_program)
)";

/// The text as one word of Python.
std::string quoted(StringRef Text) {
  std::string Word = "'";
  for (char C : Text)
    if (C == '\n')
      Word += "\\n";
    else
      Word +=
          C == '\'' || C == '\\' ? std::string("\\") + C : std::string(1, C);
  return Word + "'";
}

} // namespace

Expected<std::vector<std::string>> chosenGdb(const Options &Given) {
  if (options::Gdb.getNumOccurrences() == 0)
    return std::vector<std::string>();
  if (!Given.Launch.Launcher.empty() || Given.Launch.Forwarded ||
      !Given.Target.Emulator.empty())
    return usage("--gdb is for a program that runs on this machine, without a "
                 "launcher or an emulator; attach a debugger there with "
                 "--wait-for-debugger");
  if (Given.Limited.Timeout)
    return usage("--timeout is not for --gdb, which takes as long as its user; "
                 "drop one");
  if (options::ResultJson.getNumOccurrences() > 0)
    return usage("--result-json is not for --gdb, whose end is not the "
                 "program's; drop one");
  auto Words = controller::splitCommand(
      options::Gdb.empty() ? "gdb" : options::Gdb.getValue(), "--gdb");
  if (!Words)
    return Words.error();
  if (Words->empty())
    return usage("--gdb takes a command, as in --gdb='gdb -q'");
  if (!sys::findProgramByName(Words->front()))
    return Failure{Blame::Launch,
                   "cannot run '" + Words->front() +
                       "': there is no such program; Debian's package gdb has "
                       "gdb, and --gdb=COMMAND names another",
                   NotFound};
  return Words;
}

Failure becomeGdb(const std::vector<std::string> &Command, pid_t Guest) {
  std::vector<std::string> Words = Command;
  Words.insert(Words.end(), {"-iex", "python exec(" + quoted(Manners) + ")",
                             "-p", std::to_string(Guest)});
  std::vector<char *> Arguments;
  for (std::string &Word : Words)
    Arguments.push_back(Word.data());
  Arguments.push_back(nullptr);
  ::execvp(Arguments.front(), Arguments.data());
  int Error = errno;
  return {Blame::Launch,
          "cannot run '" + Command.front() + "': " + std::strerror(Error),
          Error == ENOENT ? NotFound : CannotExecute};
}

} // namespace remoterun
