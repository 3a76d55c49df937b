// Is a name needed as soon as one of its references is strong, in whatever order
// the objects stand, and not needed where all of them are weak?
//
// RUN: %split %s %t
//
// A strong reference brings the archive's member; weak ones alone do not, and
// its constructor does not run.
// RUN: %linked --any-order main=%t/main.c object:-DNAME=one:-DWEAK=%t/refers.c \
// RUN:   gcc:-fPIC:-DNAME=two=%t/again.c archive=%t/sought.c
// RUN: %linked --any-order main=%t/main.c \
// RUN:   object:-DNAME=one:-DWEAK=%t/refers.c \
// RUN:   gcc:-fPIC:-DNAME=two:-DWEAK=%t/again.c archive=%t/sought.c
// The same, where one of the two is IR.
// RUN: %linked --any-order main=%t/main.c \
// RUN:   module:-DNAME=one:-DWEAK=%t/refers.c object:-DNAME=two=%t/again.c \
// RUN:   archive=%t/sought.c
// RUN: %linked --any-order main=%t/main.c module:-DNAME=one=%t/refers.c \
// RUN:   object:-DNAME=two:-DWEAK=%t/again.c archive=%t/sought.c
// RUN: %linked --any-order main=%t/main.c \
// RUN:   module:-DNAME=one:-DWEAK=%t/refers.c \
// RUN:   module:-DNAME=two=%t/again.c archive=%t/sought.c
// RUN: %linked --any-order main=%t/main.c \
// RUN:   module:-DNAME=one:-DWEAK=%t/refers.c \
// RUN:   module:-DNAME=two:-DWEAK=%t/again.c archive=%t/sought.c
//
// Without the archive, a strong reference has nothing to refer to; weak ones are
// null.
// RUN: %linked --fails main=%t/main.c \
// RUN:   object:-DNAME=one:-DWEAK=%t/refers.c \
// RUN:   object:-DNAME=two=%t/again.c | FileCheck %s
// RUN: %linked --fails main=%t/main.c \
// RUN:   object:-DNAME=two=%t/again.c \
// RUN:   object:-DNAME=one:-DWEAK=%t/refers.c | FileCheck %s
// RUN: %linked --fails main=%t/main.c \
// RUN:   module:-DNAME=one:-DWEAK=%t/refers.c \
// RUN:   object:-DNAME=two=%t/again.c | FileCheck %s
// RUN: %linked --fails main=%t/main.c \
// RUN:   module:-DNAME=one:-DWEAK=%t/refers.c \
// RUN:   module:-DNAME=two=%t/again.c | FileCheck %s
// RUN: %linked --fails main=%t/main.c \
// RUN:   module:-DNAME=two=%t/again.c \
// RUN:   module:-DNAME=one:-DWEAK=%t/refers.c | FileCheck %s
// RUN: %linked --any-order main=%t/main.c \
// RUN:   object:-DNAME=one:-DWEAK=%t/refers.c \
// RUN:   object:-DNAME=two:-DWEAK=%t/again.c
//
// CHECK: >>> undefined symbol: sought

//--- main.c
#include <stdio.h>
int one(void), two(void);
int main(void) { printf("%d %d\n", one(), two()); }
//--- refers.c
#include "refers.h"
//--- again.c
#include "refers.h"
//--- refers.h
#ifdef WEAK
__attribute__((weak))
#endif
extern int sought(void);
int NAME(void) {
#ifdef WEAK
  if (!sought)
    return -1;
#endif
  return sought();
}
//--- sought.c
#include <stdio.h>
int sought(void) { return 7; }
static __attribute__((constructor)) void construct(void) { puts("sought"); }
