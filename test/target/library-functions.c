// Has a library's function one address on other machines, which is the library's, and
// not that of a jump in the program: in code and in data, of IR and of objects, for the
// library, dlsym and dladdr? Do calls reach it with all of their arguments, or whoever
// comes before it?
// (Not on armhf: its code has addresses in its instructions, where the dynamic linker
// cannot put them.)
// REQUIRES: other-machines
// DEFINE: %{same} = %same-on-targets --but arm-linux-gnueabihf --status 0 --library one=-DONE --library two=-DTWO --link=-ldl
// DEFINE: %{parts} = %same-on-targets --but arm-linux-gnueabihf,powerpc64le-linux-gnu --status 0 --library one=-DONE --library two=-DTWO --link=-ldl --levels 2 --flags="-D_GNU_SOURCE -DBESIDE"
// RUN: %{same} --flags=-D_GNU_SOURCE %s
// RUN: %{same} --flags=-D_GNU_SOURCE --levels 2 --remote=--stdio=forward %s
// RUN: %{parts} --object="clang=-DOBJECT -fPIC" --object="gcc=-DPART -fPIC" %s
// RUN: %{parts} --object="gcc=-DOBJECT -fPIE" --object="clang=-DPART -fPIE" %s
// RUN: rm -rf %t && mkdir %t
// RUN: %{same} --flags=-D_GNU_SOURCE --levels 2 --remote=--cache=%t %s
// RUN: %{same} --flags=-D_GNU_SOURCE --levels 2 --remote=--cache=%t %s
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int Function(void);
struct Large {
  double Numbers[9];
};
int function(void), ofTwo(void), both(void), known(void);
Function *ofOne(void), *const *tableOfOne(void);
struct Large large(int First, double Second, ...);
int *variableOfOne(void), callKnown(void), callBoth(void);
extern int Variable;
__attribute__((weak)) int nowhere(void);
__attribute__((weak)) int weakOfTwo(void);
extern Function *const FunctionsOfPart[4];

#if defined(ONE)
int Variable = 5;
int function(void) { return 7; }
int both(void) { return 1; }
int known(void) { return 2; }
int callKnown(void) { return known(); }
int callBoth(void) { return both(); }
Function *ofOne(void) { return function; }
static Function *const Table[] = {function, both, known};
Function *const *tableOfOne(void) { return Table; }
int *variableOfOne(void) { return &Variable; }
struct Large large(int First, double Second, ...) {
  struct Large Made = {{First, Second}};
  va_list Rest;
  va_start(Rest, Second);
  for (int I = 2; I != 9; ++I)
    Made.Numbers[I] = I % 2 ? va_arg(Rest, int) : va_arg(Rest, double);
  va_end(Rest);
  return Made;
}
#elif defined(TWO)
int both(void) { return 3; }
int ofTwo(void) { return 4; }
int weakOfTwo(void) { return 8; }
#else

static void show(const char *Name, void *Address) {
  Dl_info Info;
  if (!dladdr(Address, &Info) || !Info.dli_sname) {
    printf("%s: unknown\n", Name);
    return;
  }
  const char *Slash = strrchr(Info.dli_fname, '/');
  const char *File = Slash ? Slash + 1 : Info.dli_fname;
  printf("%s: %s of %s%s, dlsym %d\n", Name, Info.dli_sname,
         strncmp(File, "lib", 3) ? "the program" : File,
         Info.dli_saddr == Address ? "" : ", in the middle",
         dlsym(RTLD_DEFAULT, Name) == Address);
}

#if defined(OBJECT) || !defined(BESIDE)
// What comes before the library's, for it as well.
int known(void) { return 6; }

Function *const FunctionsOfData[] = {function, both, ofTwo, known};
int tail(int Number) { return Number ? function() : ofTwo(); }
void showAll(void) {
  show("function", (void *)function);
  show("both", (void *)both);
  show("ofTwo", (void *)ofTwo);
  show("weakOfTwo", (void *)weakOfTwo);
  show("strtol", (void *)strtol);
  printf("nowhere: %d\n", nowhere != 0);
  Function *const *Table = tableOfOne();
  printf("equal: %d %d %d %d %d\n", function == ofOne(), function == Table[0],
         both == Table[1], known == Table[2], &Variable == variableOfOne());
  printf("in data: %d %d %d %d\n", FunctionsOfData[0] == function,
         FunctionsOfData[1] == both, FunctionsOfData[2] == ofTwo,
         FunctionsOfData[3] == known);
  printf("in another's: %d %d %d %d\n", FunctionsOfPart[0] == function,
         FunctionsOfPart[1] == both, FunctionsOfPart[2] == ofTwo,
         FunctionsOfPart[3] == known);
  printf("calls: %d %d %d %d %d\n", function(), both(), ofTwo(), callKnown(),
         callBoth());
  printf("of pointers: %d %d %d %d\n", ofOne()(), FunctionsOfData[2](),
         Table[2](), FunctionsOfPart[1]());
  printf("weak: %d, tail: %d %d\n", weakOfTwo ? weakOfTwo() : 0, tail(0),
         tail(1));
  Variable += 1;
  struct Large Made = large(1, 2.5, 3.5, 4, 5.5, 6, 7.5, 8, 9.5);
  for (int I = 0; I != 9; ++I)
    printf("%g ", Made.Numbers[I]);
  printf("%d\n", *variableOfOne());
}
#endif
#if defined(PART) || !defined(BESIDE)
Function *const FunctionsOfPart[4] = {function, both, ofTwo, known};
#endif
#if !defined(OBJECT) && !defined(PART)
void showAll(void);
int main(void) {
  showAll();
  return 0;
}
#endif
#endif
