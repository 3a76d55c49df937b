// A library is known by the name that a native program has it by: its SONAME, as a
// linker writes that into DT_NEEDED, in the folder of -L or where the dynamic linker
// finds it; without one, by the file's name.
// RUN: rm -rf %t && mkdir -p %t/lib %t/other && cd %t
// RUN: echo 'V1 { global: *; };' > versions
// RUN: %clang -shared -fPIC -DLIBRARY=one %s -Wl,-soname,libone.so.1 -Wl,--version-script=versions -o lib/libone.so.1.2
// RUN: ln -s libone.so.1.2 lib/libone.so.1 && ln -s libone.so.1 lib/libone.so
// RUN: %clang -shared -fPIC -DLIBRARY=two %s -o lib/libtwo.so
// RUN: %clang -shared -fPIC -DLIBRARY=three %s -Wl,-soname,libthree.so.3 -o lib/libthree.so.3
// RUN: ln -s libthree.so.3 lib/libthree.so
// RUN: %clang -shared -fPIC -DLIBRARY=four -DNEEDS=three %s -Llib -lthree -Wl,-soname,libfour.so.4 -o lib/libfour.so.4
// RUN: ln -s libfour.so.4 lib/libfour.so
// DEFINE: %{libraries} = -lfour -lone -ltwo -lthree -lresolv
// RUN: %clang %s -Llib %{libraries} -Wl,-rpath,%t/lib -o native
// RUN: %clang -c -emit-llvm %s -o prog.bc
// RUN: ./native > expected && FileCheck %s < expected
// RUN: %remote-run -L%t/lib %{libraries} prog.bc | diff expected -
// RUN: %remote-run --stdio=forward -L%t/lib %{libraries} prog.bc | diff expected -
// One by one, without an image.
// RUN: %remote-run --image=false -L%t/lib -lthree %{libraries} prog.bc | diff expected -
// CHECK: one: {{.*}}/lib/libone.so.1{{$}}
// CHECK-NEXT: two: {{.*}}/lib/libtwo.so{{$}}
// CHECK-NEXT: three: {{.*}}/lib/libthree.so.3{{$}}
// CHECK-NEXT: four: {{.*}}/lib/libfour.so.4{{$}}
// CHECK-NEXT: ns_format_ttl: {{.*}}/libresolv.so.2{{$}}
// CHECK-NEXT: loaded: 1 1 1 1
//
// Files that were given by their paths.
// RUN: %clang %s lib/libfour.so lib/libone.so lib/libtwo.so lib/libthree.so -lresolv -Wl,-rpath,lib -o native
// RUN: ./native > expected
// RUN: %remote-run --extra-library=lib/libfour.so --extra-library=lib/libone.so --extra-library=lib/libtwo.so --extra-library=lib/libthree.so -lresolv prog.bc | diff expected -
//
// The file that was named is what is loaded: where nothing has its SONAME, where that
// is another file, and where the dynamic linker would find another one first.
// RUN: %clang -shared -fPIC -DLIBRARY=one -DOTHER %s -Wl,-soname,libone.so.1 -Wl,--version-script=versions -o other/libone.so.1
// RUN: env LD_LIBRARY_PATH=%t/other %remote-run -L%t/lib %{libraries} prog.bc | FileCheck %s
// RUN: mkdir plain && cp lib/libone.so.1.2 plain/libone.so
// RUN: %remote-run -L%t/plain -L%t/lib %{libraries} prog.bc | FileCheck %s --check-prefix=FILE
// RUN: cp other/libone.so.1 plain/libone.so.1
// RUN: %remote-run -L%t/plain -L%t/lib %{libraries} prog.bc | FileCheck %s --check-prefix=FILE
// FILE: one: {{.*}}/plain/libone.so{{$}}
// FILE: loaded: 1 1 1 1
//
// One of no folder of -L is what the dynamic linker finds by the SONAME, as natively.
// RUN: cp plain/libone.so other/libone.so
// RUN: env LD_LIBRARY_PATH=%t/other:%t/lib %remote-run %{libraries} prog.bc | FileCheck %s --check-prefix=SEARCHED
// SEARCHED: one: {{.*}}/other/libone.so.1 (the other){{$}}
//
// Without an SONAME, the file's name is what other libraries need it by, and what
// dlopen finds it by, as natively; unless the dynamic linker finds another one first.
// RUN: %clang -shared -fPIC -DLIBRARY=five -DNEEDS=two %s -Llib -ltwo -o lib/libfive.so
// RUN: %clang -DFIVE %s -Llib -lfive -ltwo -Wl,-rpath,%t/lib -o native
// RUN: %clang -DFIVE -c -emit-llvm %s -o five.bc
// RUN: ./native > expected && FileCheck %s --check-prefix=FIVE < expected
// RUN: %remote-run -L%t/lib -lfive -ltwo five.bc | diff expected -
// RUN: %remote-run --stdio=forward -L%t/lib -lfive -ltwo five.bc | diff expected -
// RUN: %remote-run -L%t/plain -L%t/lib -lfive -ltwo five.bc | diff expected -
// RUN: %remote-run --cache=cache -L%t/lib -lfive -ltwo five.bc | diff expected -
// RUN: %remote-run --cache=cache -L%t/lib -lfive -ltwo five.bc | diff expected -
// RUN: %remote-run --cache=cache -L%t/lib -lfive -ltwo five.bc | diff expected -
// RUN: %clang -DTWO -c -emit-llvm %s -o two.bc
// RUN: mkdir first && cp lib/libone.so.1.2 first/libtwo.so
// RUN: env LD_LIBRARY_PATH=%t/first %remote-run -L%t/lib -ltwo two.bc | FileCheck %s --check-prefix=NAMED
// FIVE: five: {{.*}}/lib/libfive.so{{$}}
// FIVE-NEXT: two: {{.*}}/lib/libtwo.so{{$}}
// FIVE-NEXT: loaded: 1 1
// NAMED: two: {{.*}}/lib/libtwo.so{{$}}
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#ifdef LIBRARY
#ifdef NEEDS
int NEEDS(void);
int (*const Needed)(void) = NEEDS;
#endif
#ifdef OTHER
int LIBRARY(void) { return 1; }
#else
int LIBRARY(void) { return 0; }
#endif
#else
int one(void), two(void), three(void), four(void), five(void);
/// Of libresolv, where it stands behind no macro.
int ns_format_ttl(unsigned long Seconds, char *Text, size_t Size);

static int isInMap(struct dl_phdr_info *Info, size_t Size, void *Name) {
  return !strcmp(Info->dlpi_name, Name);
}

static const char *show(const char *Name, void *Function) {
  Dl_info Info;
  struct link_map *Map;
  if (!dladdr1(Function, &Info, (void **)&Map, RTLD_DL_LINKMAP))
    return "";
  printf("%s: %s%s\n", Name, Info.dli_fname,
         Function == one && one() ? " (the other)" : "");
  if (strcmp(Info.dli_fname, Map->l_name) ||
      !dl_iterate_phdr(isInMap, Map->l_name))
    puts("by different names");
  return Map->l_name;
}

static int isLoaded(const char *Name) {
  return dlopen(Name, RTLD_LAZY | RTLD_NOLOAD) != 0;
}

#if defined(FIVE) || defined(TWO)
int one(void) { return 0; }
#endif
#if defined(FIVE)
int main(void) {
  show("five", five), show("two", two);
  printf("loaded: %d %d\n", isLoaded("libfive.so"), isLoaded("libtwo.so"));
  return five() + two();
}
#elif defined(TWO)
int main(void) {
  show("two", two);
  return two();
}
#else
int main(void) {
  show("one", one), show("two", two), show("three", three), show("four", four);
  show("ns_format_ttl", dlsym(RTLD_DEFAULT, "ns_format_ttl"));
  char Buffer[20];
  if (ns_format_ttl(60, Buffer, sizeof(Buffer)) < 0)
    return 1;
  two(), three(), four();
  printf("loaded: %d %d %d %d\n", isLoaded("libone.so.1"),
         isLoaded("libthree.so.3"), isLoaded("libfour.so.4"),
         isLoaded("libresolv.so.2"));
}
#endif
#endif
