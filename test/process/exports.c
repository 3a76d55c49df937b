// Do plug-ins, dlsym and dladdr find in a program that is a shared object of its
// process what they find in a native one, which was linked with the same options?
// One that loads plug-ins is as if linked with -rdynamic, if nothing else is said.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -O1 -DPLUGIN=1 %s -o plugin.so
// RUN: %clang -shared -fPIC -O1 -DPLUGIN=2 %s -o variable.so
// RUN: echo '{ global: host_add; local: *; };' > script && echo '{ host_add; };' > list
// DEFINE: %{flags} =
// DEFINE: %{native} = -rdynamic
// DEFINE: %{option} =
// DEFINE: %{same} = %clang -O1 %{flags} %s -ldl %{native} -o program && ./program > native && \
// DEFINE:   %clang -O1 %{flags} -c -emit-llvm %s -o program.bc && \
// DEFINE:   %remote-run %{option} program.bc > remote && diff native remote
// RUN: %{same} && FileCheck %s --check-prefix=ALL < remote
// REDEFINE: %{option} = -rdynamic
// RUN: %{same} && FileCheck %s --check-prefix=ALL < remote
// REDEFINE: %{native} = -rdynamic -Wl,--version-script=script
// REDEFINE: %{option} = -E --version-script=script
// RUN: %{same} && FileCheck %s --check-prefix=ONE < remote
// REDEFINE: %{native} = -Wl,--dynamic-list=list
// REDEFINE: %{option} = --no-export-dynamic --dynamic-list=list
// RUN: %{same} && FileCheck %s --check-prefix=ONE < remote
// REDEFINE: %{native} = -Wl,--export-dynamic-symbol=host_*
// REDEFINE: %{option} = --no-export-dynamic --export-dynamic-symbol=host_*
// RUN: %{same} && FileCheck %s --check-prefix=HOST < remote
// REDEFINE: %{native} =
// REDEFINE: %{option} = --no-export-dynamic
// RUN: %{same} && FileCheck %s --check-prefix=NONE < remote
//
// In a large program, whose symbols the executor is asked for before it is compiled.
// REDEFINE: %{flags} = -DLARGE
// RUN: %{same} && FileCheck %s --check-prefix=NONE < remote
// REDEFINE: %{native} = -rdynamic
// REDEFINE: %{option} =
// RUN: %{same} && FileCheck %s --check-prefix=ALL < remote
//
// One that loads nothing exports what libraries refer to, or options say.
// REDEFINE: %{flags} = -DLOADS_NOTHING
// REDEFINE: %{native} =
// RUN: %{same} && FileCheck %s --check-prefix=UNNAMED < remote
// REDEFINE: %{native} = -rdynamic
// REDEFINE: %{option} = -rdynamic
// RUN: %{same} && FileCheck %s --check-prefix=NAMED < remote
//
// UNNAMED: 0
// UNNAMED-NEXT: none none none
// NAMED: 1
// NAMED-NEXT: host_add main none
//
// ALL: at once: 503
// ALL-NEXT: lazily: 503
// ALL-NEXT: variable, at once: 7
// ALL-NEXT: variable, lazily: 8
// ALL-NEXT: host_data: 9
// ALL-NEXT: dlopen(0): 1 1 1 0
// ALL-NEXT: RTLD_DEFAULT: 1 1 1 0
// ALL-NEXT: host_add main none
//
// HOST: at once: 503
// HOST-NEXT: lazily: 503
// HOST-NEXT: variable, at once: 7
// HOST-NEXT: variable, lazily: 8
// HOST-NEXT: host_data: 9
// HOST-NEXT: dlopen(0): 1 1 0 0
// HOST-NEXT: RTLD_DEFAULT: 1 1 0 0
// HOST-NEXT: host_add none none
//
// ONE: at once: 503
// ONE-NEXT: lazily: 503
// ONE-NEXT: variable, at once: {{.*}}: undefined symbol: host_data
// ONE-NEXT: variable, lazily: {{.*}}: undefined symbol: host_data
// ONE-NEXT: host_data: 7
// ONE-NEXT: dlopen(0): 1 0 0 0
// ONE-NEXT: RTLD_DEFAULT: 1 0 0 0
// ONE-NEXT: host_add none none
//
// NONE: at once: {{.*}}: undefined symbol: host_add
// NONE-NEXT: lazily: not bound
// NONE-NEXT: variable, at once: {{.*}}: undefined symbol: host_data
// NONE-NEXT: variable, lazily: {{.*}}: undefined symbol: host_data
// NONE-NEXT: host_data: 7
// NONE-NEXT: dlopen(0): 0 0 0 0
// NONE-NEXT: RTLD_DEFAULT: 0 0 0 0
// NONE-NEXT: none none none
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int host_add(int A, int B);
extern int host_data;

#if PLUGIN == 1
int run(void) { return host_add(5, 3); }
#elif PLUGIN == 2
int run(void) { return host_data++; }
#else

int host_data = 7;
int host_add(int A, int B) { return A * 100 + B; }
static __attribute__((noinline)) int local(int X) { return X * host_data; }
int main(void);

#ifdef LARGE
#define ONE(N)                                                                 \
  int N(int X) { return host_add(X, host_data) * local(X) % 9 + X / 3; }
#define TEN(N)                                                                 \
  ONE(N##0) ONE(N##1) ONE(N##2) ONE(N##3) ONE(N##4)                            \
  ONE(N##5) ONE(N##6) ONE(N##7) ONE(N##8) ONE(N##9)
#define HUNDRED(N)                                                             \
  TEN(N##0) TEN(N##1) TEN(N##2) TEN(N##3) TEN(N##4)                            \
  TEN(N##5) TEN(N##6) TEN(N##7) TEN(N##8) TEN(N##9)
HUNDRED(large_1) HUNDRED(large_2) HUNDRED(large_3) HUNDRED(large_4)
HUNDRED(large_5) HUNDRED(large_6) HUNDRED(large_7) HUNDRED(large_8)
#endif

static const char *nameOf(void *Address) {
  Dl_info Info;
  if (!dladdr(Address, &Info))
    return "unknown";
  return Info.dli_sname ? Info.dli_sname : "none";
}

#ifndef LOADS_NOTHING
static int callPlugIn(const char *How, const char *File, int Flags) {
  void *Library = dlopen(File, Flags);
  printf("%s: ", How);
  if (!Library)
    return printf("%s\n", dlerror()), 0;
  printf("%d\n", ((int (*)(void))dlsym(Library, "run"))());
  dlclose(Library);
  return 1;
}

static void findAllIn(const char *Which, void *Handle) {
  printf("%s: %d %d %d %d\n", Which, dlsym(Handle, "host_add") == host_add,
         dlsym(Handle, "host_data") == &host_data,
         dlsym(Handle, "main") == main, dlsym(Handle, "local") != 0);
}

static void loadPlugIns(void) {
  // The call would end the process otherwise.
  if (callPlugIn("at once", "./plugin.so", RTLD_NOW))
    callPlugIn("lazily", "./plugin.so", RTLD_LAZY);
  else
    puts("lazily: not bound");
  callPlugIn("variable, at once", "./variable.so", RTLD_NOW);
  callPlugIn("variable, lazily", "./variable.so", RTLD_LAZY);
  printf("host_data: %d\n", host_data);
  findAllIn("dlopen(0)", dlopen(0, RTLD_NOW));
  findAllIn("RTLD_DEFAULT", RTLD_DEFAULT);
}
#else
static void loadPlugIns(void) {
  printf("%d\n", dlsym(RTLD_DEFAULT, "host_data") == &host_data);
}
#endif

int main(void) {
  loadPlugIns();
  printf("%s %s %s\n", nameOf((void *)host_add), nameOf((void *)main),
         nameOf((void *)local));
  return 0;
}
#endif
