// Do atomic accesses of every size work, those that need libatomic as well?
// RUN: %same --status 0 --link="-latomic -lpthread" %s

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

typedef struct {
  long low, high;
} Pair;
typedef struct {
  char bytes[24];
} Odd;

static _Atomic Pair ThePair;
static _Atomic Odd TheOdd;
static _Atomic unsigned __int128 Wide;
static _Atomic char Byte;
static _Atomic double Number;
static atomic_flag Flag = ATOMIC_FLAG_INIT;
static int Guarded;

static void *run(void *unused) {
  for (int i = 0; i < 10000; ++i) {
    Pair old = atomic_load(&ThePair), new;
    do {
      new.low = old.low + 1;
      new.high = old.high - 1;
    } while (!atomic_compare_exchange_weak(&ThePair, &old, new));
    Odd before = atomic_load(&TheOdd), after;
    do {
      after = before;
      ++after.bytes[i % 24];
    } while (!atomic_compare_exchange_strong(&TheOdd, &before, after));
    Wide += ((unsigned __int128)1 << 64) | 1;
    atomic_fetch_xor(&Byte, 5);
    Number = Number + 0;
    while (atomic_flag_test_and_set(&Flag))
      ;
    ++Guarded;
    atomic_flag_clear(&Flag);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[3];
  for (int i = 0; i < 3; ++i)
    pthread_create(&threads[i], NULL, run, NULL);
  for (int i = 0; i < 3; ++i)
    pthread_join(threads[i], NULL);
  Pair pair = ThePair;
  Odd odd = TheOdd;
  unsigned __int128 wide = Wide;
  printf("%ld %ld %d %llx %llx %d %d\n", pair.low, pair.high, odd.bytes[7],
         (unsigned long long)(wide >> 64), (unsigned long long)wide, Byte,
         Guarded);
  printf("%d %d\n", atomic_is_lock_free(&ThePair),
         atomic_is_lock_free(&TheOdd));
  return 0;
}
