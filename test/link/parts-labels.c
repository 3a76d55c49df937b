// Do computed gotos work in a program that is cut into parts, where a table of labels
// is read by the function that it is of, by another, or by none?
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: %{parts} --levels=0,1,2 %s

#include <stdio.h>

#define APART __attribute__((noinline))

// A table for the function alone, as of an interpreter.
APART int interpret(const char *Program) {
  static const void *const Table[] = {&&Add, &&Double, &&Negate, &&End};
  int Value = 0;
  goto *Table[*Program - '0'];
Add:
  ++Value;
  goto *Table[*++Program - '0'];
Double:
  Value *= 2;
  goto *Table[*++Program - '0'];
Negate:
  Value = -Value;
  goto *Table[*++Program - '0'];
End:
  return Value;
}

// One that leaves the function, as of an interpreter that threads its code.
static void *const *Labels;
APART int threaded(void **Code) {
  static void *const Table[] = {&&Add, &&Twice, &&End};
  static int Runs;
  if (!Code) {
    Labels = Table;
    return 3;
  }
  ++Runs;
  int Value = 0;
  goto **Code;
Add:
  ++Value;
  goto **++Code;
Twice:
  Value *= 2;
  goto **++Code;
End:
  return Value * 100 + Runs;
}
APART void translate(const char *Text, void **Code) {
  do
    *Code++ = Labels[*Text - '0'];
  while (*Text++ != '2');
}
APART void *labelOfEnd(void) { return Labels[2]; }

// Differences of labels, and labels beside addresses of functions.
APART int relative(int N) {
  static const int Offsets[] = {&&First - &&First, &&Second - &&First,
                                &&Third - &&First};
  goto *(&&First + Offsets[N]);
First:
  return 10;
Second:
  return 20;
Third:
  return 30;
}

APART int many(int N) {
  struct Entry {
    void *Label;
    int (*Function)(int);
    const char *Name;
  };
  static const struct Entry Entries[] = {{&&A, relative, "a"},
                                         {&&B, many, "b"}};
  int Sum = 0;
  const struct Entry *At = &Entries[N & 1];
  goto *At->Label;
A:
  return Sum + At->Function(2) + At->Name[0];
B:
  ++Sum;
  return N > 8 ? Sum : At->Function(N + 2) + Sum + At->Name[0];
}

int main(void) {
  void *Code[32];
  printf("%d %d\n", interpret("0010013"), threaded(0));
  translate("001012", Code);
  printf("%d %d\n", threaded(Code), labelOfEnd() == Code[5]);
  printf("%d\n", threaded(Code));
  printf("%d %d %d\n", relative(0), relative(1), relative(2));
  printf("%d %d\n", many(0), many(1));
  return 0;
}
