// Does a program that is a shared object of its process find itself as a native
// one does: by dl_iterate_phdr, in the auxiliary vector, in the unwinder and by the
// name that it was started by; and does it run where the system lets no image be?
// RUN: %clang -c -emit-llvm %s -o %t.bc
// RUN: %remote-run --fake-argv0=named %t.bc | FileCheck %s --check-prefixes=CHECK,IMAGE
// RUN: %remote-run --trace --fake-argv0=named %t.bc 2>&1 | FileCheck %s --check-prefix=TRACE
// RUN: %python %tools/without_proc.py %bare-remote-run --stub=%remote-stub --stats --fake-argv0=named %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,NONE
//
// Where /proc numbers processes otherwise, another process may have the number. (What
// is uploaded is for an emulated machine, and who takes it says that it is another.)
// RUN: %if !emulated-host %{ %remote-run --launcher='unshare --user --map-root-user --pid --fork' --stdio=forward --fake-argv0=named %t.bc | FileCheck %s --check-prefixes=ONE,IMAGE %}
// ONE: code and data are in one object: 1
// ONE-NEXT: program headers lead to data and entry: 1
//
// A name may be longer than a file in memory may have.
// RUN: %python -c "print('n' * 255)" > %t.name
// RUN: bash -c 'exec %remote-run --stats --fake-argv0=$(cat %t.name) %t.bc' 2>&1 | FileCheck %s --check-prefix=LONG
// LONG: {{^}}nnnnn
// LONG-NOT: no image
//
// What is small costs little: all that is read only is one segment, and all that
// is sent is one frame.
// RUN: echo 'int main(void) { return 0; }' | %clang -c -emit-llvm -x c - -o %t.little.bc
// RUN: %remote-run --trace %t.little.bc 2>&1 | FileCheck %s --check-prefix=LITTLE
// LITTLE: > Reserve 2 segments
// LITTLE-NEXT: > Write
// LITTLE-NEXT: > Finalize
//
// Where something has taken its place, the same objects are relocated for another;
// where that happens again, the program is no image.
// RUN: %clang -shared -fPIC -DTIMES=1 %tools/taking.c -o %t.once.so
// RUN: %clang -shared -fPIC -DTIMES=2 %tools/taking.c -o %t.twice.so
// RUN: %remote-run --trace '--launcher=env LD_PRELOAD=%t.once.so' --fake-argv0=named %t.bc > %t.out 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,IMAGE < %t.out
// RUN: FileCheck %s --check-prefix=MOVED < %t.out
// RUN: %remote-run --stats '--launcher=env LD_PRELOAD=%t.twice.so' --fake-argv0=named %t.bc > %t.out 2>&1
// RUN: FileCheck %s --check-prefix=TWICE < %t.out
// RUN: grep -v stats: %t.out | FileCheck %s
//
// MOVED: < Elsewhere
// MOVED: > Reserve {{.*}}, image 'named'
// MOVED-NOT: Elsewhere
// MOVED: < Running
// TWICE: stats: no image {{.*}} its place
//
// TRACE: > Reserve {{.*}}, image 'named'
// TRACE: > Finalize 0 unwind tables
// TRACE-NOT: Elsewhere
// TRACE: < Running
//
// CHECK: code and data are in one object: [[IS:[01]]]
// CHECK-NEXT: program headers lead to data and entry: [[IS]]
// IMAGE-NEXT: named
// NONE: stats: no image {{.*}}/proc
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <sys/auxv.h>

int Data = 3;

static int holds(const ElfW(Phdr) *Headers, size_t Count, size_t Base,
                 size_t Address) {
  for (size_t I = 0; I != Count; ++I)
    if (Headers[I].p_type == PT_LOAD &&
        Address - (Base + Headers[I].p_vaddr) < Headers[I].p_memsz)
      return 1;
  return 0;
}

int main(void);

static int visit(struct dl_phdr_info *Object, size_t Size, void *Found) {
  (void)Size;
  *(int *)Found |= holds(Object->dlpi_phdr, Object->dlpi_phnum,
                         Object->dlpi_addr, (size_t)main) &&
                   holds(Object->dlpi_phdr, Object->dlpi_phnum,
                         Object->dlpi_addr, (size_t)&Data);
  return 0;
}

int main(void) {
  int Found = 0;
  dl_iterate_phdr(visit, &Found);
  printf("code and data are in one object: %d\n", Found);
  const ElfW(Phdr) *Headers = (const void *)getauxval(AT_PHDR);
  size_t Base = 0, Count = getauxval(AT_PHNUM);
  for (size_t I = 0; I != Count; ++I)
    if (Headers[I].p_type == PT_PHDR)
      Base = (size_t)Headers - Headers[I].p_vaddr;
  printf("program headers lead to data and entry: %d\n",
         holds(Headers, Count, Base, (size_t)&Data) &&
             holds(Headers, Count, Base, getauxval(AT_ENTRY)));
  Dl_info Info;
  if (Found && dladdr((void *)main, &Info))
    puts(Info.dli_fname);
  return 0;
}
