// Does the guest count as the program to the dynamic linker: RTLD_NEXT, handles
// of the program itself, dladdr, the functions that unwind?
// RTLD_NEXT finds what the sanitizer intercepts.
// UNSUPPORTED: sanitized-executor
// One that refers to dlopen counts as linked with -rdynamic, if nothing is said.
// RUN: %same --status 0 --link=-ldl --remote=--no-export-dynamic %s

#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

static int Objects;
static int onObject(struct dl_phdr_info *info, size_t size, void *data) {
  ++Objects;
  return 0;
}

static _Unwind_Reason_Code onFrame(struct _Unwind_Context *context,
                                   void *count) {
  ++*(int *)count;
  return _URC_NO_REASON;
}

__attribute__((noinline)) static int frames(int depth) {
  if (depth > 0)
    return frames(depth - 1) + (depth < 0);
  int count = 0;
  _Unwind_Backtrace(onFrame, &count);
  void *addresses[100];
  int size = backtrace(addresses, 100);
  printf("backtrace deep enough: %d\n", size >= 10);
  char **texts = backtrace_symbols(addresses, size);
  printf("texts: %d\n", texts != NULL);
  free(texts);
  return count;
}

int main(void) {
  printf("default: %d\n", dlsym(RTLD_DEFAULT, "printf") == (void *)printf);
  printf("next: %d\n", dlsym(RTLD_NEXT, "printf") == (void *)printf);
  const char *error = dlerror();
  printf("error: %s\n", error ? error : "none");
  void *self = dlopen(NULL, RTLD_NOW);
  printf("self: %d\n", dlsym(self, "printf") == (void *)printf);
  printf("main: %d\n", dlsym(self, "main") != NULL);
  printf("nothing: %d\n", dlsym(self, "no_such_symbol_here") != NULL);
  printf("error: %d\n", dlerror() != NULL);
  printf("version: %d\n",
         dlvsym(RTLD_DEFAULT, "memcpy", "GLIBC_2.14") == (void *)memcpy);
  printf("next version: %d\n",
         dlvsym(RTLD_NEXT, "memcpy", "GLIBC_2.14") != NULL);
  void *math = dlopen("libm.so.6", RTLD_LAZY);
  double (*cosine)(double) = (double (*)(double))dlsym(math, "cos");
  printf("cos: %g\n", cosine(0));
  Dl_info info;
  printf("dladdr of libc: %d %s\n", dladdr((void *)printf, &info) != 0,
         info.dli_sname);
  printf("dladdr of main: %d\n", dladdr((void *)main, &info) != 0);
  dl_iterate_phdr(onObject, NULL);
  printf("objects: %d\n", Objects > 2);
  printf("frames deep enough: %d\n", frames(10) >= 12);
  return 0;
}
