//===- DebuggerTest.cpp - Do debuggers see modules? -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <array>
#include <fstream>

using namespace remoterun;

namespace {

std::string variable(const char *Name) {
  const char *Value = std::getenv(Name);
  return Value ? Value : "";
}

/// Attaches gdb to a process that is inside of a module, whose bytes lit names.
void debug(JITSettings Settings, bool GivesFile) {
  std::ifstream File(variable("MODULE"), std::ios::binary);
  const std::string Bytes{std::istreambuf_iterator<char>(File), {}};
  Executor Target = unwrap(launchStub());
  const std::string Process = std::to_string(Target.processId());
  RemoteJIT Jit = unwrap(RemoteJIT::create(std::move(Target), Settings));
  ModuleHandle Module = unwrap(Jit.add(Bytes, {.Name = "waiting"}));
  std::string Given;
  if (GivesFile) {
    const std::string Symbols = variable("SCRATCH");
    std::ofstream(Symbols, std::ios::binary) << unwrap(Jit.debugFile(Module));
    Given = " -ex 'add-symbol-file " + Symbols + "'";
  }
  auto Pending = unwrap(unwrap(Jit.lookup<int(int)>("twice")).async(14));
  std::array<uint8_t, 4> Word = {};
  while (Word[0] == 0)
    unwrap(Jit.read(Jit.address("is_inside"), Word));
  const std::string Command =
      "gdb -q -nx -batch -p " + Process + " -ex 'set width 0'" + Given +
      " -ex 'thread apply all backtrace' </dev/null 2>&1";
  EXPECT_EQ(std::system(Command.c_str()), 0);
  Word = {1, 1, 1, 1};
  unwrap(Jit.write(Jit.address("go_on"), Word));
  EXPECT_EQ(unwrap(Pending.get()), 28);
}

TEST(Debugger, GdbHasLinesOfModules) { debug({}, true); }
TEST(Debugger, GdbFindsModules) { debug({.ForDebuggers = true}, false); }

} // namespace
