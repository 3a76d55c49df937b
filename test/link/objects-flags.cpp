// Do objects of g++ run that were compiled with flags which choose other
// relocations and sections than usual?
//
// RUN: %split %s %t
// Of protected jumps and of models of code, each machine has its own.
// RUN: %linked --levels=2 --variants=-fno-plt,-fstack-protector-all,%if host-aarch64 %{-mbranch-protection=standard%} %else %{-fcf-protection=full%} \
// RUN:   main=%t/main.cpp gcc:-fPIC=%t/part.cpp object:-fPIC=%t/other.cpp
// RUN: %linked --levels=2 --variants=-D_FORTIFY_SOURCE=2,-fno-asynchronous-unwind-tables \
// RUN:   main=%t/main.cpp gcc:-fPIE=%t/part.cpp object:-fPIE=%t/other.cpp
// RUN: %linked --levels=2 --variants=-fvisibility=hidden,-fvisibility-inlines-hidden \
// RUN:   main=%t/main.cpp gcc:-fPIC:-fno-gnu-unique=%t/part.cpp gcc=%t/other.cpp
// RUN: %linked --levels=2 main=%t/main.cpp gcc:-g:-gz:-fPIC=%t/part.cpp \
// RUN:   object:-g:-gz=%t/other.cpp
// RUN: %linked --levels=2 main=%t/main.cpp \
// RUN:   gcc:-flto:-ffat-lto-objects=%t/part.cpp object=%t/other.cpp
// RUN: %if host-x86_64 %{ %linked --levels=2 --variants=-mcmodel=medium main=%t/main.cpp \
// RUN:   gcc:-fPIC=%t/part.cpp object:-fPIC=%t/other.cpp %}
// RUN: %linked --levels=2 --variants=%if host-x86_64 %{-mcmodel=medium,%}-mcmodel=large \
// RUN:   main=%t/main.cpp gcc:-fno-pic=%t/part.cpp object:-fno-pic=%t/other.cpp
//
// Distances from the GOT of each object.
// RUN: %if host-x86_64 %{ %linked --levels=0,2 main=%t/main.cpp \
// RUN:   gcc:-fPIC:-mcmodel=large=%t/part.cpp object:-fPIC:-mcmodel=large=%t/other.cpp %}
//
// An object of -flto that holds no code.
// RUN: g++ -c -flto -fno-fat-lto-objects %t/other.cpp -o %t/lto.o
// RUN: %clangxx -c -emit-llvm %t/main.cpp -o %t/main.bc
// RUN: %refused --extra-object=%t/lto.o %t/main.bc | FileCheck %s
// CHECK: error: {{.*}}lto.o{{.*}}-flto

//--- part.h
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
int part(int);
int other(const std::map<std::string, int> &);
inline int &shared() {
  static int Value = 1;
  return Value;
}
extern int Table[100000];

//--- main.cpp
#include "part.h"
int main() {
  shared() += 5;
  try {
    for (int I = 0; I != 9; ++I)
      std::printf("%d\n", part(I));
  } catch (const std::exception &E) {
    std::printf("%s %d %d\n", E.what(), shared(), Table[99999]);
  }
}

//--- part.cpp
#include "part.h"
#include <cstring>
#include <unistd.h>
int Table[100000];
static const char *const Names[] = {"zero", "one", "two", "three"};
static double Scale = 1.5;
[[gnu::noinline]] static int choose(int N) {
  char Buffer[40];
  switch (N) {
  case 0: return static_cast<int>(std::strlen(Names[3]));
  case 1: std::snprintf(Buffer, sizeof(Buffer), "%d", N * 100); return Buffer[2];
  case 2: return static_cast<int>(Scale * N * 10);
  case 3: std::strcpy(Buffer, Names[N]); return Buffer[1];
  case 4: return Table[50000] + ++shared();
  case 5: return other({{"five", N}, {"six", N + 1}});
  default: throw std::out_of_range(Names[N - 5]);
  }
}
int part(int N) {
  Table[99999] = N;
  Table[50000] += N;
  return choose(N);
}

//--- other.cpp
#include "part.h"
static std::map<std::string, int> All;
int other(const std::map<std::string, int> &Some) {
  All.insert(Some.begin(), Some.end());
  int Sum = shared();
  for (const auto &[Name, Value] : All)
    Sum += Value * static_cast<int>(Name.size());
  if (Table[0] != 0)
    throw std::runtime_error("table");
  return Sum;
}
