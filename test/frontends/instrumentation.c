// Do programs run that the compiler put calls, counters and room for patches
// into, and do they count the same?
//
// The sanitizer of an instrumented executor has coverage callbacks of its own.
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 --flags=-finstrument-functions %s
// RUN: %same --status 0 --levels=2 --flags=-finstrument-functions-after-inlining %s
// RUN: %same --status 0 --flags=-fsanitize-coverage=trace-pc-guard,pc-table %s
// RUN: %same --status 0 --flags=-fsanitize-coverage=inline-8bit-counters,pc-table %s
// RUN: %same --status 0 --flags="-fpatchable-function-entry=5,2 -DPATCHABLE" %s
// RUN: %same --status 0 --flags="-fxray-instrument -fxray-instruction-threshold=1 -DXRAY" %s
// RUN: %same --levels=2 --flags=-fpatchable-function-entry=5,2 --link=-pthread %everything.cpp

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PLAIN                                                                  \
  __attribute__((no_instrument_function, no_sanitize("coverage"),              \
                 patchable_function_entry(0)))

static int Depth, Deepest, Entered;
PLAIN void __cyg_profile_func_enter(void *Function, void *Caller) {
  if (++Depth > Deepest)
    Deepest = Depth;
  ++Entered;
}
PLAIN void __cyg_profile_func_exit(void *Function, void *Caller) { --Depth; }

static uint32_t Guards;
static int Hits, Table;
static unsigned char *Counters, *CountersEnd;
PLAIN void __sanitizer_cov_trace_pc_guard_init(uint32_t *At, uint32_t *End) {
  if (At != End && !*At)
    while (At != End)
      *At++ = ++Guards;
}
PLAIN void __sanitizer_cov_trace_pc_guard(uint32_t *Guard) { Hits += *Guard; }
PLAIN void __sanitizer_cov_8bit_counters_init(unsigned char *At,
                                              unsigned char *End) {
  Counters = At;
  CountersEnd = End;
}
PLAIN void __sanitizer_cov_pcs_init(const uintptr_t *At, const uintptr_t *End) {
  Table += (int)(End - At);
}

static int compare(const void *A, const void *B) {
  return *(const int *)A - *(const int *)B;
}

__attribute__((noinline)) static int depth(int Number) {
  return Number > 2 ? 1 + depth(Number / 2) : 1;
}

#ifdef PATCHABLE
// Where the functions have room: two bytes before their begin, three in them.
extern void *__start___patchable_function_entries[];
extern void *__stop___patchable_function_entries[];
PLAIN static void report(void) {
  int Right = 0, All = 0;
  for (void **At = __start___patchable_function_entries;
       At != __stop___patchable_function_entries; ++At, ++All)
    for (int Nop = 0; Nop != 2; ++Nop)
      Right += ((unsigned char *)*At)[Nop] == 0x90;
  printf("%d %d\n", All, Right);
}
#elif defined(XRAY)
// Two words of 64 bits, relative to their own places: the sled, the function.
struct Sled {
  int64_t At, Function;
  unsigned char Kind, Rest[15];
};
extern struct Sled __start_xray_instr_map[], __stop_xray_instr_map[];
static void report(void) {
  int Sleds = 0, Jumps = 0;
  for (struct Sled *S = __start_xray_instr_map; S != __stop_xray_instr_map;
       ++S, ++Sleds) {
    unsigned char *Code = (unsigned char *)S + S->At;
    // A short jump over the sled, or the return that is one.
    Jumps += Code[0] == 0xeb || Code[0] == 0xc3;
  }
  printf("%d %d\n", Sleds, Jumps);
}
#else
PLAIN static void report(void) {}
#endif

int main(int Count, char **Values) {
  int Numbers[] = {40, 3, 900, 12};
  qsort(Numbers, 4, sizeof(int), compare);
  int Sum = 0;
  for (int I = 0; I != 4; ++I)
    Sum += depth(Numbers[I]);
  printf("%d: %d %d %d, %u %d %d\n", Sum, Depth, Deepest, Entered, Guards, Hits,
         Table);
  for (unsigned char *At = Counters; At != CountersEnd; ++At)
    printf("%d ", *At);
  report();
  return Sum != 2 + 4 + 5 + 10;
}
