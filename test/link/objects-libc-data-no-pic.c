// Does an object that is not position-independent and names variables of libc
// agree with the native program, or is it refused, by name and with advice?
//
// Its instructions hold 32 bits of an address that may need more.
//
// RUN: %split %s %t
// RUN: %linked --or-refused 'part\.c\.o.*-fPIC' main=%t/main.c \
// RUN:   gcc:-fno-pic=%t/part.c
// RUN: %linked --or-refused 'part\.c\.o.*-fPIC' main=%t/main.c \
// RUN:   object:-fno-pic=%t/part.c
// RUN: %linked --or-refused 'functions\.c\.o.*-fPIC' main=%t/main.c \
// RUN:   gcc:-fno-pic=%t/functions.c object:-fPIC=%t/output.c
// So where the object has all of the program.
// RUN: %linked main=%t/empty.c gcc:-fno-pic=%t/alone.c
// RUN: %linked main=%t/empty.c object:-fno-pic=%t/alone.c
// Two names of one variable stay that.
// RUN: %linked main=%t/names-main.c gcc:-fno-pic=%t/names.c
// RUN: %linked main=%t/names-main.c object:-fno-pic=%t/names.c
// RUN: %linked --or-refused 'throws\.cpp\.o.*-fPIC' main=%t/catches.cpp \
// RUN:   gcc:-fno-pic=%t/throws.cpp

//--- main.c
#include <stdio.h>
#include <stdlib.h>
FILE *theirOutput(void);
int (*theirPuts(void))(const char *);
int main(void) {
  printf("%d\n", theirOutput() == stdout);
  printf("%d\n", theirPuts() == puts);
  theirPuts()("called");
  return 0;
}

//--- part.c
#include "output.c"
#include "functions.c"

//--- output.c
#include <stdio.h>
FILE *theirOutput(void) { return stdout; }

//--- empty.c
static int Unused;
//--- alone.c
#include <stdio.h>
int main(void) { fputs("by the program's own copy\n", stdout); }
//--- names-main.c
#include <stdio.h>
#include <stdlib.h>
int areOne(void);
int main(void) {
  int Before = areOne();
  setenv("NEW", "1", 1);
  printf("%d %d\n", Before, areOne());
}

//--- names.c
extern char **environ, **__environ, **_environ;
int areOne(void) {
  return environ == __environ && environ == _environ && &environ == &__environ &&
         &environ == &_environ;
}

//--- functions.c
#include <stdio.h>
int (*theirPuts(void))(const char *) { return puts; }

//--- catches.cpp
#include <cstdio>
#include <stdexcept>
void thrower();
int main() {
  try {
    thrower();
  } catch (const std::exception &E) {
    std::puts(E.what());
  }
}

//--- throws.cpp
#include <stdexcept>
void thrower() { throw std::runtime_error("thrown"); }
