//===- Start.cpp - Between the start code and libc ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The start code of an executable that is linked with glibc 2.34 or later asks
// for __libc_start_main of that version, which calls the constructors. The one
// before calls the function that it is given. Each later glibc still has it.
//
//===----------------------------------------------------------------------===//

#include "executor/base/Libc.h"
#include "executor/base/LibcVersions.h"

__asm__(".symver oldStartMain, __libc_start_main@" REMOTERUN_FIRST_LIBC);

using Constructor = void (*)(int Count, char **Values, char **Environment);

// NOLINTBEGIN(bugprone-reserved-identifier): the linker and libc name them.
extern "C" {
// crti.o; RISC-V has none.
[[gnu::weak, gnu::visibility("hidden")]] void _init();
extern const Constructor __init_array_start[]
    __attribute__((visibility("hidden")));
extern const Constructor __init_array_end[]
    __attribute__((visibility("hidden")));
}

/// What the dynamic linker calls in libraries.
static void construct(int Count, char **Values, char **Environment) {
  remoterun::executor::completeLibc();
  if (_init)
    _init();
  for (const Constructor *It = __init_array_start; It != __init_array_end; ++It)
    (*It)(Count, Values, Environment);
}

// Destructors are called by the dynamic linker in all versions.
#if defined(__powerpc64__)
struct StartInformation {
  void *SmallData;
  int (*Main)(int, char **, char **);
  Constructor Construct;
  void (*Destruct)();
};

extern "C" {
int oldStartMain(int Count, char **Values, char **Environment, void *Auxiliary,
                 void (*LinkerDestructors)(), StartInformation *Information,
                 void *StackEnd);
[[gnu::visibility("hidden")]] int
__libc_start_main(int Count, char **Values, char **Environment, void *Auxiliary,
                  void (*LinkerDestructors)(), StartInformation *Information,
                  void *StackEnd) {
  StartInformation Ours = *Information;
  Ours.Construct = construct;
  remoterun::executor::libc.finalizeLibraries = LinkerDestructors;
  return oldStartMain(Count, Values, Environment, Auxiliary, LinkerDestructors,
                      &Ours, StackEnd);
}
}
#else
extern "C" {
using Main = int(int, char **, char **);
int oldStartMain(Main *Main, int Count, char **Values, Constructor Construct,
                 void (*Destruct)(), void (*LinkerDestructors)(),
                 void *StackEnd);
[[gnu::visibility("hidden")]] int
__libc_start_main(Main *Main, int Count, char **Values, Constructor, void (*)(),
                  void (*LinkerDestructors)(), void *StackEnd) {
  remoterun::executor::libc.finalizeLibraries = LinkerDestructors;
  return oldStartMain(Main, Count, Values, construct, nullptr,
                      LinkerDestructors, StackEnd);
}
}
#endif
// NOLINTEND(bugprone-reserved-identifier)
