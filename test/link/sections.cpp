// Do objects compiled with a section for each function and datum run, with
// debug info, with sections of their own names, and with no section used?
//
// RUN: %split %s %t
// RUN: %linked --flags=-ffunction-sections \
// RUN:   --variants=-fdata-sections main=%t/main.cpp object=%t/part.cpp
// RUN: %linked --variants=-g,-gdwarf-4,-gsplit-dwarf main=%t/main.cpp \
// RUN:   gcc:-fPIC=%t/part.cpp object=%t/empty.cpp
// RUN: %linked --variants=-g,-gdwarf-5 main:-g=%t/main.cpp \
// RUN:   object:-fdebug-types-section:-ffunction-sections=%t/part.cpp \
// RUN:   module:-g=%t/empty.cpp
// RUN: %linked main=%t/main.cpp gcc:-ffunction-sections:-fdata-sections:-fPIC=%t/part.cpp
// RUN: %linked main=%t/main.cpp \
// RUN:   archive:-g:-ffunction-sections:-fPIC=gcc!%t/part.cpp,%t/empty.cpp

//--- main.cpp
#include <cstdio>
int part(int);
extern int *InOwnSection, Zeroes[50000];
int main() {
  for (int I = 0; I != 8; ++I)
    std::printf("%d ", part(I));
  try {
    part(-1);
  } catch (const char *Text) {
    std::printf("%s %d %d\n", Text, *InOwnSection, Zeroes[49999]);
  }
}
//--- part.cpp
#include <string>
#include <vector>
[[gnu::section("own_section")]] int Own = 5;
[[gnu::section(".data.mine")]] int *InOwnSection = &Own;
[[gnu::section(".bss.mine")]] int Zeroes[50000];
static const char *const Words[] = {"a", "bb", "ccc"};
[[gnu::section("own_code"), gnu::noinline]] static int own(int N) {
  return N * 11;
}
[[gnu::noinline]] static int other(int N) {
  switch (N) {
  case 0: return own(3);
  case 1: return 7;
  case 2: return Words[2][1];
  case 3: return own(4) + 1;
  case 4: return std::to_string(Own).size();
  case 5: return std::vector<int>(9, 2).size();
  default: return Zeroes[N] + 99;
  }
}
int part(int N) {
  if (N < 0)
    throw "thrown";
  return other(N);
}
//--- empty.cpp
