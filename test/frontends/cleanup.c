// Do the cleanups of C compiled with -fexceptions run, whoever unwinds: C++, a
// cancellation, a thread's exit?
//
// RUN: %split %s %t
// RUN: %linked --flags=-fexceptions main=%t/main.c module=%t/throw.cpp
// RUN: %linked --flags=-fexceptions main=%t/main.c object=%t/throw.cpp
// RUN: %linked --flags="-fexceptions -fno-plt" --variants=-fPIC,-fno-pic main=%t/main.c gcc=%t/throw.cpp
// RUN: %linked --flags="-funwind-tables -fno-exceptions" --levels=2 main=%t/main.c \
// RUN:   module:-fexceptions=%t/throw.cpp

//--- main.c
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

int catches(void (*Function)(int), int Argument);
void throws(int Value);

static void say(const char *const *Text) { puts(*Text); }
#define CLEANUP(TEXT)                                                          \
  __attribute__((cleanup(say))) const char *const Text##__LINE__ = TEXT

static void inner(int Value) {
  CLEANUP("inner");
  if (Value)
    throws(Value);
  puts("inner returns");
}
static void outer(int Value) {
  CLEANUP("outer");
  for (int I = 0; I != 2; ++I) {
    CLEANUP("loop");
    inner(I ? Value : 0);
  }
}

static void *cancelled(void *Pipe) {
  CLEANUP("cancelled");
  char Byte;
  while (read(*(int *)Pipe, &Byte, 1) == 1)
    ;
  return NULL;
}
static void *exits(void *Argument) {
  CLEANUP("exits");
  pthread_exit(Argument);
}

int main(void) {
  printf("%d\n", catches(outer, 0));
  printf("%d\n", catches(outer, 5));
  int Pipe[2];
  if (pipe(Pipe))
    return 1;
  pthread_t Thread;
  void *Result;
  pthread_create(&Thread, NULL, cancelled, Pipe);
  pthread_cancel(Thread);
  pthread_join(Thread, &Result);
  printf("%d\n", Result == PTHREAD_CANCELED);
  pthread_create(&Thread, NULL, exits, Pipe);
  pthread_join(Thread, &Result);
  printf("%d\n", Result == Pipe);
  return 0;
}
//--- throw.cpp
#include <cstdio>
struct Thrown {
  int Value;
  ~Thrown() { std::puts("thrown"); }
};
extern "C" void throws(int Value) { throw Thrown{Value}; }
extern "C" int catches(void (*Function)(int), int Argument) {
  try {
    Function(Argument);
  } catch (const Thrown &T) {
    return T.Value;
  }
  return -1;
}
