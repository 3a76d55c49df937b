// Do constructors and destructors of modules, objects and archive members run
// in the order that a native program has: by priority, then as they are linked?
//
// A priority that repeats in several files, and functions of both kinds. The
// object of gcc has priorities of its own: gcc and clang spell one priority as
// two names of a section (.init_array.00200 and .init_array.200), and linkers
// differ in how they order those.
//
// RUN: %split %s %t
// Modules come before objects, these before members of archives.
// RUN: %linked main=%t/main.cpp module:-DNAME=module=%t/part.cpp \
// RUN:   gcc:-fPIC:-DNAME=gcc:-DBASE=7=%t/gcc.cpp \
// RUN:   object:-DNAME=object=%t/object.cpp
// RUN: %linked main=%t/main.cpp module:-DNAME=module=%t/object.cpp \
// RUN:   module:-DNAME=second=%t/part.cpp \
// RUN:   object:-DNAME=object=%t/part2.cpp \
// RUN:   gcc:-fPIC:-DNAME=gcc:-DBASE=7=%t/gcc.cpp
// RUN: %linked main=%t/main.cpp module:-DNAME=module=%t/part.cpp \
// RUN:   gcc:-fPIC:-DNAME=gcc:-DBASE=7=%t/gcc.cpp \
// RUN:   object:-DNAME=object:-DNEEDS_MEMBER=%t/object.cpp \
// RUN:   archive:-DNAME=member=%t/member.cpp

//--- part.h
#include <cstdio>
#include <cstdlib>
#ifndef BASE
#define BASE 0
#endif
#define TEXT_(X) #X
#define TEXT(X) TEXT_(X)
namespace {
struct Noisy {
  const char *What;
  Noisy(const char *What) : What(What) {
    std::printf(TEXT(NAME) " constructs %s\n", What);
  }
  ~Noisy() { std::printf(TEXT(NAME) " destroys %s\n", What); }
};
Noisy Plain("plain");
[[gnu::init_priority(200 + BASE)]] Noisy Early("at 200");
Noisy Second("second");
[[gnu::init_priority(65000 + BASE)]] Noisy Late("at 65000");
} // namespace
static __attribute__((constructor(150 + BASE))) void construct150() {
  std::puts(TEXT(NAME) " constructor(150)");
}
static __attribute__((constructor(200 + BASE))) void construct200() {
  std::puts(TEXT(NAME) " constructor(200)");
}
static __attribute__((constructor)) void construct() {
  std::puts(TEXT(NAME) " constructor");
}
static __attribute__((destructor)) void destruct() {
  std::puts(TEXT(NAME) " destructor");
}
static __attribute__((destructor(150 + BASE))) void destruct150() {
  std::puts(TEXT(NAME) " destructor(150)");
}
static __attribute__((destructor(300 + BASE))) void destruct300() {
  std::puts(TEXT(NAME) " destructor(300)");
}

//--- main.cpp
#define NAME main
#include "part.h"
int main() {
  std::atexit([] { std::puts("atexit in main"); });
  std::printf("main\n");
}

//--- part.cpp
#include "part.h"
//--- part2.cpp
#include "part.h"
//--- gcc.cpp
#include "part.h"
//--- object.cpp
#include "part.h"
#ifdef NEEDS_MEMBER
void member();
void (*Needed)() = member;
#endif
//--- member.cpp
#include "part.h"
void member() {}
