//===- Latency.h - What two libraries are measured by -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   PROGRAM EXECUTOR ROUNDS
//
// adds a small module, calls it, and removes it, ROUNDS times, and calls a
// function a hundred times as often; says on standard output what one addition
// and one call took, in microseconds, of the median and of the best.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TEST_TOOLS_LATENCY_LATENCY_H
#define REMOTERUN_TEST_TOOLS_LATENCY_LATENCY_H

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace latency {

inline constexpr unsigned CallsPerRound = 100;

[[noreturn]] inline void fail(const std::string &Why) {
  std::fprintf(stderr, "%s\n", Why.c_str());
  std::exit(1);
}

/// A function by \p Name that calls libc, with a variable and a text.
inline std::unique_ptr<llvm::Module> makeModule(llvm::LLVMContext &Context,
                                                const std::string &Name) {
  std::string Text = "@count." + Name +
                     " = internal global i32 0\n"
                     "@digits." +
                     Name +
                     " = private constant [3 x i8] c\"12\\00\"\n"
                     "declare i32 @atoi(ptr)\n"
                     "define i32 @" +
                     Name +
                     "(i32 %n) {\n"
                     "  %old = load i32, ptr @count." +
                     Name +
                     "\n  %new = add i32 %old, %n\n"
                     "  store i32 %new, ptr @count." +
                     Name + "\n  %twelve = call i32 @atoi(ptr @digits." + Name +
                     ")\n  %sum = add i32 %new, %twelve\n"
                     "  ret i32 %sum\n}\n";
  llvm::SMDiagnostic Problem;
  auto Made = llvm::parseAssemblyString(Text, Problem, Context);
  if (!Made)
    fail(Problem.getMessage().str());
  return Made;
}

/// What many rounds of one act took.
class Times {
public:
  template <typename ActT> void measure(ActT Act) {
    auto Start = std::chrono::steady_clock::now();
    Act();
    std::chrono::duration<double, std::micro> Took =
        std::chrono::steady_clock::now() - Start;
    All.push_back(Took.count());
  }
  void print(const char *What) {
    std::sort(All.begin(), All.end());
    std::printf("%s %.2f %.2f\n", What, All[All.size() / 2], All.front());
  }

private:
  std::vector<double> All;
};

/// \p Library has add(Name), call(int) of what was added last, and remove().
template <typename LibraryT> void run(LibraryT &Library, unsigned Rounds) {
  Times Add, Call;
  for (unsigned I = 0; I != Rounds; ++I) {
    std::string Name = "function" + std::to_string(I);
    Library.prepare(Name);
    Add.measure([&] { Library.add(Name); });
    if (Library.call(1) != 13)
      fail("a wrong result");
    for (unsigned J = 0; J != CallsPerRound; ++J)
      Call.measure([&] { Library.call(1); });
    Library.remove();
  }
  Add.print("add");
  Call.print("call");
}

} // namespace latency

#endif
