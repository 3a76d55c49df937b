// Do objects with thread-local variables of the usual kind agree with the
// native program, or are they refused, by name and with advice?
//
// The IR's own are emulated, in objects of gcc and clang they are not.
//
// RUN: %split %s %t
// RUN: %linked --link=-pthread --or-refused 'own\.c\.o.*-femulated-tls' \
// RUN:   main=%t/own-main.c gcc:-fPIC=%t/own.c
// RUN: %linked --link=-pthread --or-refused 'own\.c\.o.*-femulated-tls' \
// RUN:   --variants=-fPIC,-fPIE,-fno-pic main=%t/own-main.c object=%t/own.c
// RUN: %linked --or-refused 'own\.c\.o.*-femulated-tls' \
// RUN:   main=%t/shared-main.c object:-fPIC=%t/own.c
// RUN: %linked --or-refused 'user\.c\.o.*-femulated-tls' \
// RUN:   main:-DDEFINE=%t/shared-main.c object:-fPIC=%t/own2.c gcc=%t/user.c
// RUN: %linked --or-refused 'errno\.c\.o.*-femulated-tls' \
// RUN:   main=%t/errno-main.c gcc=%t/errno.c
// RUN: %linked --or-refused 'once\.cpp\.o.*-femulated-tls' \
// RUN:   main=%t/once-main.cpp gcc:-fPIC=%t/once.cpp
//
// With it, they are one with the IR's.
// RUN: %linked --flags=-femulated-tls main=%t/shared-main.c \
// RUN:   object:-fPIC=%t/own.c

//--- own.c
#include <pthread.h>
__thread int Shared = 5;
static __thread int Own = 7;
static __thread char Buffer[100];
static void *inThread(void *Result) {
  *(int *)Result = ++Own * 10 + ++Shared + Buffer[99];
  return 0;
}
int count(void) {
  pthread_t Thread;
  int Result = 0;
  Own += 2;
  Buffer[99] = 1;
  pthread_create(&Thread, 0, inThread, &Result);
  pthread_join(Thread, 0);
  return Own * 1000 + Result;
}
//--- own-main.c
#include <stdio.h>
int count(void);
int main(void) { printf("%d %d\n", count(), count()); }
//--- shared-main.c
#include <stdio.h>
#ifdef DEFINE
__thread int Shared = 3;
int count(void);
int use(void);
int main(void) { printf("%d %d %d\n", count(), ++Shared, use()); }
#else
extern __thread int Shared;
int count(void);
int main(void) { printf("%d %d\n", count(), ++Shared); }
#endif
//--- own2.c
int count(void) { return 1; }
//--- user.c
extern __thread int Shared;
int use(void) { return Shared++; }
//--- errno.c
#include <errno.h>
#include <stdlib.h>
int parse(const char *Text) {
  errno = 0;
  strtol(Text, 0, 10);
  return errno;
}
//--- errno-main.c
#include <errno.h>
#include <stdio.h>
int parse(const char *);
int main(void) {
  printf("%d ", parse("999999999999999999999"));
  printf("%d\n", errno == ERANGE);
}
//--- once.cpp
#include <mutex>
static std::once_flag Flag;
int once() {
  int Count = 0;
  for (int I = 0; I != 3; ++I)
    std::call_once(Flag, [&] { ++Count; });
  return Count;
}
//--- once-main.cpp
#include <cstdio>
int once();
int main() { std::printf("%d\n", once()); }
