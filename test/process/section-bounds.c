// Do libraries that refer to the bounds of a section find those of the program's, as
// a linker exports what a library refers to; and those that have the section, too,
// their own?
//
// GNU ld's manual, "Input Section Wildcards" and -z start-stop-visibility: protected.
//
// RUN: rm -rf %t && mkdir %t
// RUN: %clang -shared -fPIC -DASKS %s -o %t/libasks.so
// RUN: %clang -shared -fPIC -DHAS %s -o %t/libhas.so
// RUN: %clang -c -DOTHER %s -o %t/other.o
// RUN: %clang %s %t/other.o -L%t -Wl,--no-as-needed -lasks -lhas -Wl,-rpath,%t -o %t/native
// RUN: %clang -c -emit-llvm %s -o %t/prog.bc
// RUN: %t/native > %t/expected
// RUN: FileCheck %s < %t/expected
// RUN: %remote-run --extra-object=%t/other.o -L%t -lasks -lhas %t/prog.bc | diff %t/expected -
// RUN: %remote-run --no-export-dynamic --extra-object=%t/other.o -L%t -lasks -lhas %t/prog.bc | diff %t/expected -
// RUN: %clang -c %s -o %t/prog.o
// RUN: %remote-run --extra-object=%t/other.o -L%t -lasks -lhas %t/prog.o | diff %t/expected -
//
// CHECK: asked: 1 2 3
// CHECK-NEXT: has: 7
// CHECK-NEXT: dlsym: 1 2 3
// CHECK-NEXT: nobody asks: 0
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

static void show(const char *Name, const int *Start, const int *Stop) {
  printf("%s:", Name);
  for (; Start != Stop; ++Start)
    printf(" %d", *Start);
  printf("\n");
}

#define IN(Section) __attribute__((section(#Section), used)) static int

#if defined(ASKS) || defined(HAS)
#ifdef HAS
IN(numbers) Own = 7;
#define ask has
#endif
extern int __start_numbers[], __stop_numbers[];
void ask(const char *Name) { show(Name, __start_numbers, __stop_numbers); }
#elif defined(OTHER)
IN(numbers) Last = 3;
#else
IN(numbers) Own[] = {1, 2};
IN(unknown) Unknown = 5;
void ask(const char *), has(const char *);
int main(void) {
  ask("asked");
  has("has");
  show("dlsym", dlsym(RTLD_DEFAULT, "__start_numbers"),
       dlsym(RTLD_DEFAULT, "__stop_numbers"));
  printf("nobody asks: %d\n", dlsym(RTLD_DEFAULT, "__start_unknown") != 0);
}
#endif
