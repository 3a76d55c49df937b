// Is a program that is cut into parts the same one, where functions, variables and
// strings that are local to a file are used across them?
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: %{parts} %s
// RUN: %{parts} --flags=-g --levels=0,2 --sizes=1 %s
// RUN: %{parts} --flags='-ffunction-sections -fdata-sections' --levels=2 --sizes=1 %s
// RUN: %{parts} --flags='-fno-pic' --link=-no-pie --remote=-relocation-model=static --sizes=1 %s
// RUN: %{parts} --remote=-code-model=large --sizes=1 %s
// RUN: %if host-x86_64 %{ %{parts} --remote=-code-model=medium --sizes=1 %s %}

#include <stdio.h>
#include <string.h>

#define APART __attribute__((noinline))

static int Counter;
static int Large[1000] = {1, 2, 3};
static const char *Names[] = {"zero", "one", "two", "three"};
static const int Powers[] = {1, 10, 100, 1000};
static const char Long[2000] = "a constant that is too long to be copied";

typedef int Step(int);
APART static int up(int N) { return Counter += N; }
APART static int down(int N) { return Counter -= N; }
APART static int chosen(int N) { return Large[N] + Powers[N]; }
static Step *const Steps[] = {up, down, chosen};

// One address, whoever asks.
APART Step *addressOfUp(void) { return up; }
APART Step *alsoAddressOfUp(void) { return Steps[0]; }
APART const char *addressOfLong(void) { return Long; }
APART const char *alsoAddressOfLong(void) { return &Long[0]; }
APART int *addressOfCounter(void) { return &Counter; }
APART const int *addressOfPowers(void) { return Powers; }
APART const int *alsoAddressOfPowers(void) { return &Powers[1] - 1; }

// The same name in several functions.
APART int firstLocal(void) {
  static int Local = 5;
  return ++Local;
}
APART int secondLocal(void) {
  static int Local = 50;
  return ++Local;
}
// Names as parts give them.
APART static int name(int N) {
  static int local = 7;
  return local += N;
}
APART int nameToo(int N) { return name(N) + name(N); }

APART int jump(int N) {
  switch (N) {
  case 0: return up(1);
  case 1: return down(2);
  case 2: return 31 * N;
  case 3: return N << 7;
  case 4: return chosen(1);
  case 5: return firstLocal();
  case 6: return secondLocal();
  case 7: return nameToo(2);
  default: return -1;
  }
}

// At -O2 tables of distances between symbols.
APART const char *describe(int N) {
  switch (N) {
  case 0: return "nothing";
  case 1: return "a little";
  case 2: return "more";
  case 3: return "much";
  case 4: return Long;
  default: return "something";
  }
}
APART const char *describeToo(int N) {
  static const char *const Table[] = {"nothing", "a little", "more", "much"};
  return Table[N & 3];
}

APART static int odd(unsigned N);
APART static int even(unsigned N) { return N == 0 ? 1 : odd(N - 1); }
APART static int odd(unsigned N) { return N == 0 ? 0 : even(N - 1); }

struct Node {
  struct Node *Next;
  int Value;
};
static struct Node Third = {0, 3}, Second = {&Third, 2}, First = {&Second, 1};
APART int length(void) {
  int Sum = 0;
  for (struct Node *At = &First; At; At = At->Next)
    Sum = Sum * 10 + At->Value;
  return Sum;
}
APART void prepend(struct Node *New) {
  New->Next = First.Next;
  First.Next = New;
}

// Small enough to be put into vectors and constant pools.
APART double average(const double *Numbers, int Count) {
  double Sum = 0.125;
  for (int I = 0; I < Count; ++I)
    Sum += Numbers[I] * 1.0625;
  return Sum / Count;
}

int main(void) {
  struct Node New = {0, 9};
  for (int I = -1; I < 9; ++I)
    printf("%d ", jump(I));
  printf("\n%d %d %d %d\n", addressOfUp() == alsoAddressOfUp(),
         addressOfLong() == alsoAddressOfLong(),
         addressOfPowers() == alsoAddressOfPowers(), *addressOfCounter());
  for (int I = 0; I < 3; ++I)
    printf("%s %d\n", Names[I + 1], Steps[I](I + 1));
  printf("%d %d %s\n", even(1000), odd(77), addressOfLong() + 2);
  for (int I = 0; I < 6; ++I)
    printf("%s %s\n", describe(I), describeToo(I));
  prepend(&New);
  printf("%d %d\n", length(), strcmp(Names[2], "two"));
  printf("%g\n", average((double[]){1, 2, 3.5, 9, 11}, 5));
  return 0;
}
