// Does --passes optimize the whole program before it is compiled, for what the
// other options say, and is a wrong pipeline refused?
//
// RUN: %clang -O1 -Xclang -disable-llvm-passes -c -emit-llvm %s -o %t.bc
// RUN: %expect 45 '' %bare-remote-run %t.bc x
// RUN: %expect 45 '' %bare-remote-run '--passes=default<O2>' %t.bc x
// RUN: %expect 45 '' %bare-remote-run -passes 'internalize<preserve-gv=main>,default<O2>' -O0 --part-size=1 %t.bc x
// RUN: %expect 45 '' %bare-remote-run '--passes=lto<O3>' -mcpu=native -disable-lazy-compilation %t.bc x
// RUN: %shipped %t.bc -- '' '>' '--passes=default<O2>'
//
// An entry that is local to its module is not optimized away.
// RUN: %expect 7 '' %bare-remote-run '--passes=default<O2>' -entry-function=hidden %t.bc
//
// RUN: %refused --passes= %t.bc | FileCheck %s --check-prefix=NONE
// NONE: error: --passes takes a pipeline
// RUN: %refused --passes=nonsense %t.bc | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: --passes={{.*}}unknown pass name 'nonsense'
// RUN: %refused '--passes=default<O2>' --enable-cache-manager %t.bc | FileCheck %s --check-prefix=LLI
// LLI: error: --passes is not for --enable-cache-manager

static int hidden(void) { return 7; }
int (*volatile Taken)(void) = hidden;

int sum(int Count) {
  int Sum = 0;
  for (int I = 0; I < Count; ++I)
    Sum += I;
  return Sum;
}

int main(int Count, char **Arguments) { return Count > 1 ? sum(10) : 0; }
