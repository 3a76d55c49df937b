// Has a function that comes later one address, whoever takes it and whenever: the
// unit it is of, another one, a native object, static tables, dlsym, a library, the
// function itself, before and after it was called?
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -DLIBRARY %s -o libasks.so
// RUN: %clang -O1 -c -DOBJECT %s -o object.o
// RUN: %clang -O1 -c -emit-llvm -DOTHER %s -o other.bc
// RUN: %clang -O1 -c -emit-llvm %s -o prog.bc
// RUN: %clang -O1 %s -c -o prog.o && %clang -O1 -DOTHER -c %s -o other.o
// RUN: %clang -rdynamic prog.o other.o object.o -L. -lasks -Wl,-rpath,. -o native
// RUN: ./native > expected
// RUN: FileCheck %s --input-file expected
// DEFINE: %{run} = %remote-run --lazy=on -rdynamic --extra-module=other.bc --extra-object=object.o -L. -lasks
// RUN: %{run} prog.bc | diff expected -
// RUN: %{run} -O0 prog.bc | diff expected -
// RUN: %{run} -j1 prog.bc | diff expected -
// RUN: %{run} --stats prog.bc 2>&1 | FileCheck %s --check-prefix LATE
// CHECK: of 4 functions: unit 1, object 1, library 1, dlsym 1, itself 1
// CHECK: after calls: unit 1, object 1, library 1, dlsym 1, itself 1
// CHECK: calls: 10 21 32 43, of the library 10 21 32 43, of the object 10 21 32 43
// LATE: late functions {{[1-9]}}
#include "Inputs/large.h"
#include <dlfcn.h>
#include <stdio.h>

typedef int Function(int);
int one(int X), two(int X), three(int X), four(int X);
void tellItself(int Number, Function *Self);

#ifdef LIBRARY
// The program's.
Function *ofLibrary(int Number) {
  static Function *const Table[] = {one, two, three, four};
  return Table[Number];
}
int callFromLibrary(int Number) { return ofLibrary(Number)(Number); }
#elif defined(OBJECT)
static Function *const Table[] = {one, two, three, four};
Function *ofObject(int Number) { return Table[Number]; }
int callFromObject(int Number) {
  return Number == 0   ? one(0)
         : Number == 1 ? two(1)
         : Number == 2 ? three(2)
                       : four(3);
}
#elif defined(OTHER)
Function *const TableOfUnit[] = {one, two, three, four};
Function *ofUnit(int Number) {
  switch (Number) {
  case 0:
    return one;
  case 1:
    return two;
  case 2:
    return three;
  default:
    return four;
  }
}
#else
Function *ofLibrary(int), *ofObject(int), *ofUnit(int);
int callFromLibrary(int), callFromObject(int);
extern Function *const TableOfUnit[];
static Function *const Table[] = {one, two, three, four};
static const char *const Names[] = {"one", "two", "three", "four"};
static Function *Selves[4];

void tellItself(int Number, Function *Self) { Selves[Number] = Self; }
int one(int X) {
  LARGE;
  return tellItself(0, one), X + 10;
}
int two(int X) {
  LARGE;
  return tellItself(1, two), X + 20;
}
int three(int X) {
  LARGE;
  return tellItself(2, three), X + 30;
}
int four(int X) {
  LARGE;
  return tellItself(3, four), X + 40;
}

static void compare(const char *When) {
  int Unit = 1, Object = 1, Library = 1, Symbol = 1, Self = 1;
  for (int Number = 0; Number != 4; ++Number) {
    Function *Its = Table[Number];
    Unit &= ofUnit(Number) == Its && TableOfUnit[Number] == Its;
    Object &= ofObject(Number) == Its;
    Library &= ofLibrary(Number) == Its;
    Symbol &= (Function *)dlsym(RTLD_DEFAULT, Names[Number]) == Its;
    Self &= !Selves[Number] || Selves[Number] == Its;
  }
  printf("%s: unit %d, object %d, library %d, dlsym %d, itself %d\n", When, Unit,
         Object, Library, Symbol, Self);
}

int main(void) {
  compare("of 4 functions");
  int Calls[] = {Table[0](0), ofUnit(1)(1), ofObject(2)(2), ofLibrary(3)(3)};
  compare("after calls");
  printf("calls: %d %d %d %d, of the library", Calls[0], Calls[1], Calls[2],
         Calls[3]);
  for (int Number = 0; Number != 4; ++Number)
    printf(" %d", callFromLibrary(Number));
  printf(", of the object");
  for (int Number = 0; Number != 4; ++Number)
    printf(" %d", callFromObject(Number));
  puts("");
  return 0;
}
#endif
