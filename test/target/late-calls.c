// Are all arguments of a call kept, on other machines, that has to wait for the
// function, and so errno, the direction of rounding, the addresses of functions, and
// what a signal handler or a child has to wait for? Where the functions lie beside what
// they call, and where that is farther away than a branch reaches?
// REQUIRES: target-aarch64
// DEFINE: %{same} = %same --target aarch64-linux-gnu --status 7 --link="-rdynamic -lm"
// RUN: %{same} --remote="--lazy=on -rdynamic -j1" --levels=0,1 %s
// RUN: %{same} --remote="--lazy=on -rdynamic -j1" --flags=-fstack-protector-all --levels=1 %s
// RUN: %{same} --remote="--lazy=on -rdynamic" --flags=-DDISTANCE=300 --levels=1 %s
//
// And has the program to wait for them?
// RUN: %clang --target=aarch64-linux-gnu -O1 -c -emit-llvm %s -o %t.bc
// RUN: not %remote-run --target=aarch64-linux-gnu --lazy=on -j1 -rdynamic --stats %t.bc \
// RUN:   2>&1 | FileCheck %s
// CHECK: remote-run: stats: late functions {{ *}}1{{[0-9]$}}
// CHECK: remote-run: stats: requested {{ *([5-9]|1[0-9])$}}
#include "../lazy/Inputs/slow.h"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fenv.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LATE __attribute__((noinline))

static volatile float Never;
// Takes so long to compile that the function is not there when it is called.
#define TAKE_LONG \
  do { \
    _Pragma("clang fp contract(fast) reassociate(on)") \
    float X = Never; \
    if (X != 0) { \
      STEPS64(X) STEPS64(X) \
      Never = X; \
    } \
  } while (0)

typedef float Vector __attribute__((vector_size(16)));
typedef struct {
  Vector A, B;
} Vectors;
typedef struct {
  long A, B, C, D;
} Large;
typedef struct {
  double A, B, C;
} Floats;

#ifdef DISTANCE
// In between, in MiB.
char Between[DISTANCE << 20];
#endif

LATE Large integers(long A, int B, long C, short D, long E, long F, long G,
                    long H, long I, char J, long K) {
  TAKE_LONG;
  printf("%ld %d %ld %d %ld %ld %ld %ld %ld %d %ld\n", A, B, C, D, E, F, G, H,
         I, J, K);
  return (Large){A, I, J, K};
}
LATE Floats floats(double A, float B, double C, float D, double E, double F,
                   double G, double H, double I, float J, int K) {
  TAKE_LONG;
  printf("%g %g %g %g %g %g %g %g %g %g %d\n", A, B, C, D, E, F, G, H, I, J, K);
  return (Floats){A, I, J};
}
LATE Vectors vectors(Vector A, Vector B, Vector C, Vector D, Vector E, Vector F,
                     Vector G, Vector H, Vector I, Vectors J) {
  TAKE_LONG;
  Vector Sum = A + 2 * B + 3 * C + 4 * D + 5 * E + 6 * F + 7 * G + 8 * H + 9 * I;
  return (Vectors){Sum + J.A, J.B};
}
LATE int variable(const char *Kinds, ...) {
  TAKE_LONG;
  va_list Arguments;
  va_start(Arguments, Kinds);
  for (; *Kinds; ++Kinds)
    if (*Kinds == 'i')
      printf("%d ", va_arg(Arguments, int));
    else
      printf("%g ", va_arg(Arguments, double));
  va_end(Arguments);
  printf("\n");
  return errno;
}
LATE double third(double Of) {
  TAKE_LONG;
  return Of / 3;
}
LATE void onSignal(int Number) {
  TAKE_LONG;
  static const char Text[] = "signal\n";
  if (Number == SIGUSR1)
    (void)!write(1, Text, sizeof(Text) - 1);
}
LATE int inChild(int X) {
  TAKE_LONG;
  return X + 2;
}
LATE int exported(void) {
  TAKE_LONG;
  return 4;
}
LATE int byPointer(int (*Of)(void)) {
  TAKE_LONG;
  return Of();
}

// Nobody foresees calls by these.
static Large (*volatile Integers)(long, int, long, short, long, long, long, long,
                                  long, char, long) = integers;
static Floats (*volatile FloatsOf)(double, float, double, float, double, double,
                                   double, double, double, float, int) = floats;
static Vectors (*volatile VectorsOf)(Vector, Vector, Vector, Vector, Vector,
                                     Vector, Vector, Vector, Vector,
                                     Vectors) = vectors;
static int (*volatile Variable)(const char *, ...) = variable;
static double (*volatile Third)(double) = third;
static void printVector(Vector V) {
  printf("%g %g %g %g\n", V[0], V[1], V[2], V[3]);
}

int main(void) {
  Large L = Integers(-1, 2, 3, -4, 5, 6, 7, 8, 9, 10, 11);
  printf("%ld %ld %ld %ld\n", L.A, L.B, L.C, L.D);
  Floats F = FloatsOf(1, 2, 3, 4, 5, 6, 7, 8, 9.5, 10.5F, 11);
  printf("%g %g %g\n", F.A, F.B, F.C);
  Vector V = {1, 2, 3, 4};
  Vectors Two = VectorsOf(V, V + 1, V + 2, V + 3, V + 4, V + 5, V + 6, V + 7,
                        V + 8, (Vectors){V * V, -V});
  printVector(Two.A);
  printVector(Two.B);
  errno = EDOM;
  printf("errno %d\n", Variable("idid", 1, 2.5, 3, 4.5));
  fesetround(FE_UPWARD);
  volatile double Up = Third(1);
  printf("%d %a\n", fegetround() == FE_UPWARD, Up);
  fesetround(FE_TONEAREST);
  fflush(stdout);
  signal(SIGUSR1, onSignal);
  raise(SIGUSR1);
  int (*Found)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "exported");
  printf("%d %d\n", Found == exported, byPointer(Found));
  fflush(stdout);
  pid_t Child = fork();
  if (Child == 0)
    _exit(inChild(1));
  int Status = 0;
  waitpid(Child, &Status, 0);
  return byPointer(exported) + WEXITSTATUS(Status);
}
