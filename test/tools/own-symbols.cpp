//===- own-symbols.cpp - An executable that extends its symbol table ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   own-symbols <library> <another copy of it>
//
// Linked as remote-stub is. Prints what is not as it should be, and fails then.
// The library is test/link/Inputs/own-symbols-library.c.
//
//===----------------------------------------------------------------------===//

#include "executor/base/Libc.h"
#include "executor/loader/OwnSymbols.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <getopt.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace remoterun;
using executor::libc, executor::OwnSymbol;

namespace {

int Failures = 0;

#define CHECK(Condition) check(Condition, #Condition, __LINE__)
void check(bool Holds, const char *Text, int Line) {
  if (Holds)
    return;
  std::printf("own-symbols.cpp:%d: not true: %s\n", Line, Text);
  ++Failures;
}

int ourPid() { return 4242; }
int tripled(int Number) { return 3 * Number; }
int quadrupled(int Number) { return 4 * Number; }
int OurOptind = 77;
long OurArray[3] = {1, 2, 3};
int Allocations = 0;
void *countedMalloc(size_t Size) {
  ++Allocations;
  return std::calloc(1, Size);
}

template <typename T>
OwnSymbol define(const char *Name, T *Place, OwnSymbol::Kind What,
                 uint64_t Size) {
  return {.Name = Name,
          .Address = ExecutorAddr(reinterpret_cast<uintptr_t>(Place)),
          .Size = Size,
          .What = What};
}

template <typename T> OwnSymbol function(const char *Name, T *Place) {
  return define(Name, Place, OwnSymbol::Kind::Function, 16);
}

template <typename T> OwnSymbol data(const char *Name, T *Place) {
  return define(Name, Place, OwnSymbol::Kind::Data, sizeof(*Place));
}

bool isDefined(const char *Name) { return libc.dlsym(RTLD_DEFAULT, Name); }

/// The protection of the page at \p Address, as /proc/self/maps has it.
void protectionOf(uintptr_t Address, char (&Protection)[5]) {
  std::FILE *Maps = std::fopen("/proc/self/maps", "r");
  char Line[512];
  std::strcpy(Protection, "none");
  while (Maps && std::fgets(Line, sizeof(Line), Maps)) {
    unsigned long Start, End;
    char Found[5];
    if (std::sscanf(Line, "%lx-%lx %4s", &Start, &End, Found) == 3 &&
        Start <= Address && Address < End)
      std::strcpy(Protection, Found);
    CHECK(!std::strstr(Line, " rwx"));
  }
  if (Maps)
    std::fclose(Maps);
}

void checkProtections() {
  char OfTables[5], OfDynamic[5];
  // The symbol table follows the program headers.
  protectionOf(::getauxval(AT_PHDR), OfTables);
  protectionOf(reinterpret_cast<uintptr_t>(_DYNAMIC), OfDynamic);
  CHECK(std::strcmp(OfTables, "r--p") == 0);
  CHECK(std::strcmp(OfDynamic, "r--p") == 0);
}

bool succeeds(executor::Expected<void> Result) {
  if (!Result)
    std::printf("%s\n", Result.error().Reason);
  return static_cast<bool>(Result);
}

template <typename T> T *find(void *Library, const char *Name) {
  return reinterpret_cast<T *>(libc.dlsym(Library, Name));
}

/// What the library, loaded just now, is bound to.
void checkLibrary(const char *File, int Flags) {
  void *Library = libc.dlopen(File, Flags);
  if (!Library) {
    std::printf("%s\n", libc.dlerror());
    ++Failures;
    return;
  }
  CHECK(find<int()>(Library, "callGetpid")() == 4242);
  CHECK(find<int(int)>(Library, "callProgram")(5) == 15);
  CHECK(find<int()>(Library, "readOptind")() == 77);
  CHECK(*find<int *>(Library, "PlaceOfOptind") == &OurOptind);
  CHECK(find<long()>(Library, "sumOfArray")() == 6);
  int Before = Allocations;
  find<void()>(Library, "allocate")();
  CHECK(Allocations == Before + 1);
}

void checkDefinitions(const char *File, const char *Copy) {
  CHECK(!isDefined("program_function"));
  const OwnSymbol Symbols[] = {
      function("getpid", &ourPid),
      function("program_function", &tripled),
      function("malloc", &countedMalloc),
      data("optind", &OurOptind),
      data("program_array", &OurArray),
  };
  CHECK(succeeds(executor::defineInExecutable(Symbols)));
  CHECK(find<int()>(RTLD_DEFAULT, "getpid") == &ourPid);
  CHECK(find<int>(RTLD_DEFAULT, "optind") == &OurOptind);
  // What is bound already stays with libc, the executable's own among it.
  CHECK(::getpid() == ::syscall(SYS_getpid));
  CHECK(&optind != &OurOptind);
  CHECK(find<int()>(RTLD_NEXT, "getpid") != &ourPid);
  checkLibrary(File, RTLD_LAZY | RTLD_LOCAL);
  checkLibrary(Copy, RTLD_NOW | RTLD_GLOBAL);
}

void checkLaterCalls() {
  const OwnSymbol Symbols[] = {function("another_function", &tripled),
                               function("program_function", &quadrupled),
                               function("another_function", &quadrupled)};
  CHECK(succeeds(executor::defineInExecutable(Symbols)));
  CHECK(find<int(int)>(RTLD_DEFAULT, "program_function") == &quadrupled);
  CHECK(find<int(int)>(RTLD_DEFAULT, "another_function") == &quadrupled);
  CHECK(find<int()>(RTLD_DEFAULT, "getpid") == &ourPid);
  const OwnSymbol Bad[] = {function("good_name", &tripled),
                           {.Name = std::string_view("bad\0name", 8),
                            .Address = Symbols[0].Address}};
  CHECK(!executor::defineInExecutable(Bad));
  CHECK(!isDefined("good_name"));
}

void checkRoom() {
  constexpr unsigned Many = 50000;
  static char Names[Many][32];
  static OwnSymbol Symbols[Many];
  for (unsigned I = 0; I != Many; ++I) {
    std::snprintf(Names[I], sizeof(Names[I]), "name_%u", I);
    Symbols[I] = function(Names[I], I % 2 ? &tripled : &quadrupled);
  }
  CHECK(!isDefined(Names[0]));
  // In steps, for the strings to move, and for more room than the first.
  CHECK(succeeds(executor::defineInExecutable({Symbols, 100})));
  CHECK(succeeds(executor::defineInExecutable({Symbols, 3000})));
  CHECK(succeeds(executor::defineInExecutable({Symbols, Many})));
  CHECK(succeeds(executor::defineInExecutable({Symbols + Many - 1, 1})));
  unsigned Right = 0;
  for (unsigned I = 0; I != Many; ++I)
    Right += find<int(int)>(RTLD_DEFAULT, Names[I]) ==
             (I % 2 ? &tripled : &quadrupled);
  CHECK(Right == Many);
  CHECK(!isDefined("name_50000"));
  CHECK(find<int()>(RTLD_DEFAULT, "getpid") == &ourPid);
}

} // namespace

int main(int Count, char **Arguments) {
  if (Count != 3)
    return 2;
  checkProtections();
  checkDefinitions(Arguments[1], Arguments[2]);
  checkProtections();
  checkLaterCalls();
  checkRoom();
  checkProtections();
  if (Failures == 0)
    std::puts("all true");
  return Failures != 0;
}
