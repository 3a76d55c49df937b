// Is a second strong definition an error that names both files, wherever the
// two are: modules, objects, members of archives?
//
// RUN: %split %s %t
// RUN: %linked --fails main=%t/main.c module=%t/one.c module=%t/two.c \
// RUN:   | FileCheck %s -DONE=one.c.bc -DTWO=two.c.bc
// RUN: %linked --fails main=%t/main.c module=%t/one.c object=%t/two.c \
// RUN:   | FileCheck %s -DONE=one.c.bc -DTWO=two.c.o
// RUN: %linked --fails main=%t/main.c object=%t/two.c module=%t/one.c \
// RUN:   | FileCheck %s -DONE=one.c.bc -DTWO=two.c.o
// RUN: %linked --fails main=%t/main.c object=%t/one.c gcc=%t/two.c \
// RUN:   | FileCheck %s -DONE=one.c.o -DTWO=two.c.o
// RUN: %linked --fails main=%t/one.c gcc=%t/two.c object=%t/main.c \
// RUN:   | FileCheck %s -DONE=prog.bc -DTWO=two.c.o
// RUN: %linked --fails main=%t/one.c module=%t/two.c object=%t/main.c \
// RUN:   | FileCheck %s -DONE=prog.bc -DTWO=two.c.bc
// RUN: %linked --fails main:-DNEEDS_MEMBER=%t/main.c object=%t/one.c \
// RUN:   archive=%t/member.c | FileCheck %s -DONE=one.c.o \
// RUN:   '-DTWO=lib2.a(member.c.o)'
// RUN: %linked --fails main:-DNEEDS_MEMBER=%t/main.c module=%t/one.c \
// RUN:   archive=%t/member.c | FileCheck %s -DONE=one.c.bc \
// RUN:   '-DTWO=lib2.a(member.c.o)'
//
// A second main is no exception.
// RUN: %linked --fails main=%t/main.c module=%t/main2.c \
// RUN:   | FileCheck %s --check-prefix=MAIN
//
// What is not a second definition: weak ones, available_externally ones (C99
// inline), and static ones.
// RUN: %linked --any-order main=%t/main.c module=%t/one.c \
// RUN:   object=%t/harmless.c gcc=%t/harmless2.c module=%t/harmless3.c
//
// CHECK: remote-run: error: duplicate symbol: doubled
// CHECK-NEXT: >>> defined in [[ONE]]
// CHECK-NEXT: >>> defined in [[TWO]]
// CHECK-NOT: {{.}}
//
// MAIN: remote-run: error: duplicate symbol: main
// MAIN-NEXT: >>> defined in prog.bc
// MAIN-NEXT: >>> defined in main2.c.bc

//--- main.c
#include <stdio.h>
__attribute__((weak)) int doubled(void);
#ifdef NEEDS_MEMBER
int onlyInMember(void);
#else
#define onlyInMember() 4
#endif
int main(void) {
  puts("ran");
  if (onlyInMember() != 4)
    return 4;
  return doubled && doubled() == 1 ? 0 : 3;
}
//--- one.c
int doubled(void) { return 1; }
//--- two.c
int doubled(void) { return 2; }
//--- member.c
int doubled(void) { return 3; }
int onlyInMember(void) { return 4; }
//--- main2.c
int main(void) { return 2; }
//--- harmless.c
__attribute__((weak)) int doubled(void) { return 4; }
//--- harmless2.c
static int doubled(void) { return 5; }
int (*Another)(void) = doubled;
//--- harmless3.c
inline int doubled(void) { return 1; }
int (*Third)(void) = doubled;
