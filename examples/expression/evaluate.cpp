//===- evaluate.cpp - Looks into a program that runs ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   evaluate FOLDER
//
// Reads declarations and expressions (Expression.h), and evaluates them in the
// program that serves the FIFOs in FOLDER (observed.c), on its live variables.
//
//===----------------------------------------------------------------------===//

#include "Expression.h"

#include <remote-run/RemoteJIT.h>

#include <cinttypes>
#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <unistd.h>

using namespace remoterun;

namespace {

/// A text in the program's memory, of which nobody knows how long it is.
Expected<std::string> readText(RemoteJIT &Jit, ExecutorAddr At) {
  std::string Text;
  for (uint8_t Byte = 1; Text.size() < 200;) {
    auto Read = Jit.read(At + Text.size(), {&Byte, 1});
    if (!Read)
      return Read.error();
    if (Byte == 0)
      break;
    Text += static_cast<char>(Byte);
  }
  return Text;
}

template <typename T> Expected<T> call(RemoteJIT &Jit) {
  auto Function = Jit.lookup<T()>("evaluate");
  return Function ? (*Function)() : Function.error();
}

Expected<void> print(RemoteJIT &Jit, CType Type) {
  if (Type.isDouble()) {
    auto Number = call<double>(Jit);
    if (!Number)
      return Number.error();
    std::printf("%g\n", *Number);
  } else if (Type.Stars == 0) {
    auto Number = call<int64_t>(Jit);
    if (!Number)
      return Number.error();
    std::printf("%" PRId64 "\n", *Number);
  } else {
    auto Address = call<ExecutorAddr>(Jit);
    if (!Address)
      return Address.error();
    if (!Type.isText()) {
      std::printf("(address) 0x%" PRIx64 "\n", Address->value());
      return {};
    }
    auto Text = readText(Jit, *Address);
    if (!Text)
      return Text.error();
    std::printf("\"%s\"\n", Text->c_str());
  }
  return {};
}

Expected<void> evaluate(RemoteJIT &Jit, const std::string &Text,
                        Declarations &Known) {
  if (Text.empty() || takeDeclaration(Text, Known))
    return {};
  auto Compiled = compile(Text, Known);
  if (!Compiled)
    return Compiled.error();
  auto Module = Jit.add(std::move(Compiled->Module));
  if (!Module)
    return Module.error();
  auto Printed = print(Jit, Compiled->Type);
  auto Removed = Jit.remove(*Module);
  return Printed ? Removed : Printed;
}

/// Each waits for the other side.
Expected<Executor> attachTo(const std::string &Folder) {
  int Out = ::open((Folder + "/requests").c_str(), O_WRONLY | O_CLOEXEC);
  int In = Out < 0
               ? -1
               : ::open((Folder + "/answers").c_str(), O_RDONLY | O_CLOEXEC);
  if (In < 0)
    return Failure{Blame::Usage, "no FIFOs in '" + Folder + "'"};
  return Executor::attach(In, Out);
}

int fail(const Failure &Why) {
  std::fprintf(stderr, "evaluate: %s\n", Why.Message.c_str());
  return 1;
}

} // namespace

int main(int Count, char **Arguments) {
  if (Count != 2)
    return fail({Blame::Usage, "usage: evaluate FOLDER"});
  auto Observed = attachTo(Arguments[1]);
  if (!Observed)
    return fail(Observed.error());
  auto Jit = RemoteJIT::create(std::move(*Observed));
  if (!Jit)
    return fail(Jit.error());
  Declarations Known;
  // What is no terminal does not show what is typed.
  const bool Echoes = !::isatty(STDIN_FILENO);
  std::string Text;
  while (std::printf("> "), std::fflush(stdout), std::getline(std::cin, Text)) {
    if (Echoes)
      std::printf("%s\n", Text.c_str());
    auto Done = evaluate(*Jit, Text, Known);
    if (!Done)
      std::printf("error: %s\n", Done.error().Message.c_str());
    if (!Done && Done.error().Ending == CallEnd::Lost)
      return 1;
  }
  // Before the program goes on, which may end.
  std::printf("\n");
  std::fflush(stdout);
  return 0;
}
