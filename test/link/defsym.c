// Does --defsym define symbols: as numbers, as other symbols, and as places before
// and behind those, whatever they are (GNU ld's manual, "--defsym")?
//
// RUN: %split %s %t && cd %t
// DEFINE: %{symbols} = --defsym=alias=target --defsym=third=Array+8 --defsym=before=Second-4 --defsym=number=0x1230 --defsym=large=2K --defsym=inCommon=Common+4 --defsym=again=alias --defsym=same=Same --defsym=taken=target
// DEFINE: %{line} = -Wl,--defsym=alias=target,--defsym=third=Array+8,--defsym=before=Second-4,--defsym=number=0x1230,--defsym=large=2K,--defsym=inCommon=Common+4,--defsym=again=alias,--defsym=same=Same,--defsym=taken=target
// DEFINE: %{link} = --link="-fuse-ld=lld %{line}" --remote="%{symbols}"
// RUN: %linked %{link} main=main.c module:-fcommon=other.c
// RUN: %linked %{link} main=main.c object:-fcommon=other.c
// RUN: %linked %{link} main=main.c gcc:-fcommon=other.c
//
// Members of archives come for it, and for what it defines.
// RUN: %linked %{link} main=main.c archive:-fcommon=other.c,second.c
//
// It defines what is defined already, as for lld; the last of two counts.
// RUN: %linked --link=-Wl,--defsym=twice=2,--defsym=twice=wanted --remote="--defsym=twice=2 --defsym=twice=wanted" \
// RUN:   main=twice.c object=wanted.c
//
// What the program does not define, it cannot be; natively neither.
// RUN: %linked %{link} --fails main=main.c | FileCheck %s --check-prefix=MISSING
// MISSING: error: --defsym={{[a-z]+}}: the program does not define
// RUN: %linked --link=-Wl,--defsym=x=puts --remote=--defsym=x=puts --fails main=uses-x.c | FileCheck %s --check-prefix=LIBRARY
// LIBRARY: error: --defsym=x: the program does not define 'puts'
//
// RUN: %refused --defsym x main.c | FileCheck %s --check-prefix=WRONG
// RUN: %refused --defsym x= main.c | FileCheck %s --check-prefix=WRONG
// RUN: %refused --defsym=x=1+ main.c | FileCheck %s --check-prefix=WRONG
// RUN: %refused --defsym=x=y+z main.c | FileCheck %s --check-prefix=WRONG
// RUN: %refused --defsym='x=y*2' main.c | FileCheck %s --check-prefix=WRONG
// RUN: %refused --defsym 1x=2 main.c | FileCheck %s --check-prefix=WRONG
// WRONG: error: --defsym takes name=value

//--- main.c
#include <stdio.h>
extern int alias(int), again(int), taken(int);
extern int third, before, inCommon, same;
extern char number, large;
extern int Common[];
int main(void) {
  Common[1] = 11;
  printf("%d %d %d, %d %d %d, %p %p, %d\n", alias(1), again(2), taken(3), third,
         before, inCommon, (void *)&number, (void *)&large, same);
}
//--- other.c
int target(int N) { return N * 2; }
int Array[] = {1, 2, 3};
struct {
  int One, Two;
} Pair = {5, 6};
__asm__(".globl Second\n.set Second, Pair + 4");
int Common[4];
__attribute__((weak)) int Same = 4;
//--- second.c
#include <stdio.h>
int taken(int N) { return N; }
__attribute__((constructor)) void tell(void) { puts("second"); }
//--- twice.c
#include <stdio.h>
int twice(void);
int main(void) { printf("%d\n", twice()); }
//--- wanted.c
int wanted(void) { return 1; }
int twice(void) { return 2; }
//--- uses-x.c
int x(const char *);
int main(void) { return x("x") < 0; }
