// Is the program the first of the dynamic linker's objects, with its headers, its
// thread-local variables and its dynamic section, as natively: when it starts, in
// constructors of libraries, in threads and in children?
//
// RUN: %same --flags="-D_GNU_SOURCE -pthread" --link="-rdynamic -Wl,--build-id -pthread -ldl" --status 0 %s
//
// With a library, in both manners, from a cache, lazily, at another place.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -D_GNU_SOURCE -DLIBRARY %s -o libasks.so
// RUN: %clang -D_GNU_SOURCE -DASKS -O1 -rdynamic -Wl,--build-id %s -pthread -L. -lasks -Wl,-rpath,%t -o program
// RUN: %clang -D_GNU_SOURCE -DASKS -O1 -c -emit-llvm %s -o program.bc
// RUN: ./program > native && FileCheck %s < native
// DEFINE: %{run} = %remote-run --fake-argv0=./program -L. -lasks
// RUN: %{run} program.bc | diff native -
// RUN: %{run} --stdio=forward program.bc | diff native -
// RUN: %{run} --launcher=env program.bc | diff native -
// RUN: %{run} --cache=cache program.bc | diff native -
// RUN: %{run} --cache=cache program.bc | diff native -
// RUN: %{run} --cache=cache program.bc | diff native -
// RUN: %{run} --lazy=on program.bc | diff native -
// RUN: %clang -D_GNU_SOURCE -DASKS -O1 -c %s -o program.o
// RUN: %{run} program.o | diff native -
// RUN: %clang -shared -fPIC -DTIMES=1 %tools/taking.c -o once.so
// RUN: %{run} '--launcher=env LD_PRELOAD=%t/once.so' program.bc > moved
// RUN: diff native moved
//
// With debug information the program's name there is that of a file for debuggers.
// RUN: %clang -g -D_GNU_SOURCE -DASKS -O1 -c -emit-llvm %s -o program.bc
// RUN: %{run} program.bc | diff native -
//
// CHECK: in a constructor: program first 1, once 1
// CHECK-NEXT: the first: '', code 1, data 1
// CHECK-NEXT: of all, code 1, data 1, unnamed 1, as in the link map 1
// CHECK-NEXT: headers are those of the auxiliary vector 1 1, of the file 1 1
// CHECK-NEXT: load base 1, build id 1
// CHECK-NEXT: entry 1 1
// CHECK-NEXT: dynamic section 1 1, unwind tables 1
// CHECK-NEXT: link map: '', base 1, by _DYNAMIC 1, dlinfo 1, before it 0
// CHECK: main: module 1, block 1
// CHECK-NEXT: variables are in it: 1 1 1
// CHECK-NEXT: and start with 42
// CHECK: another: module 1, block 1
#ifdef LIBRARY
#include <link.h>
#include <stdio.h>

int program(void);
static int Objects, First, Having;

static int visit(struct dl_phdr_info *Object, size_t Size, void *Context) {
  (void)Size, (void)Context;
  for (int I = 0; I != Object->dlpi_phnum; ++I) {
    const ElfW(Phdr) *Segment = &Object->dlpi_phdr[I];
    if (Segment->p_type == PT_LOAD &&
        (size_t)program - (Object->dlpi_addr + Segment->p_vaddr) <
            Segment->p_memsz) {
      ++Having;
      First |= Objects == 0;
    }
  }
  ++Objects;
  return 0;
}

__attribute__((constructor)) static void ask(void) {
  dl_iterate_phdr(visit, NULL);
  // Before the end of dlopen(3), the program's own entry tells of it, too.
  printf("in a constructor: program first %d, once %d\n", First, Having != 0);
  fflush(stdout);
}
int asked(void) { return Objects; }
#else
#include "Inputs/first-object.h"
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef ASKS
int asked(void);
int program(void) { return asked() != 0; }
#endif

static void *showAnother(void *Argument) {
  showThreadLocals("another");
  return Argument;
}

int main(int Count, char **Values) {
  (void)Count, (void)Values;
  showObjects();
#ifdef ASKS
  printf("%d\n", program());
#endif
  showThreadLocals("main");
  Variable = 7;
  pthread_t Thread;
  pthread_create(&Thread, NULL, showAnother, NULL);
  pthread_join(Thread, NULL);
  fflush(stdout);
  if (fork() == 0) {
    showObjects();
    _exit(0);
  }
  wait(NULL);
  return 0;
}
#endif
