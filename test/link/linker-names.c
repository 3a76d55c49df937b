// Are the names there that GNU ld's default script and the C start files define?
//
// RUN: %split %s %t
// RUN: %linked --status 2 main=%t/main.c
// RUN: %linked --status 2 main=%t/caller.c object=%t/main.c
// RUN: %linked --status 2 --flags=-fPIC main=%t/caller.c gcc=%t/main.c

//--- caller.c
int renamed(void);
int main(void) { return renamed(); }
//--- main.c
#include <stdio.h>
typedef void (*Function)(int, char **, char **);
extern Function __preinit_array_start[], __preinit_array_end[];
extern Function __init_array_start[], __init_array_end[];
extern Function __fini_array_start[], __fini_array_end[];
extern char data_start[], __data_start[], edata[], end[], etext[];
extern char __TMC_END__[] __attribute__((weak));
extern char _DYNAMIC[] __attribute__((weak));
extern const int _IO_stdin_used;
void _start(void);
static int Initialized = 1;
static int Zero;
__attribute__((constructor)) static void construct(void) { ++Initialized; }
__attribute__((destructor)) static void destroy(void) { --Initialized; }
static int contains(Function *Start, Function *End, void *Wanted) {
  for (; Start != End; ++Start)
    if ((void *)*Start == Wanted)
      return 1;
  return 0;
}
static int show(void) {
  printf("%d %d %d\n", (int)(__preinit_array_end - __preinit_array_start),
         contains(__init_array_start, __init_array_end, (void *)construct),
         contains(__fini_array_start, __fini_array_end, (void *)destroy));
  char *Data = (char *)&Initialized, *Bss = (char *)&Zero;
  printf("%d %d %d %d\n", data_start == __data_start, data_start <= Data,
         Data < edata && edata <= Bss, Bss < end);
  printf("%d %d %x %d\n", etext != 0, _DYNAMIC != 0, _IO_stdin_used,
         (void *)_start != 0);
  return Initialized;
}
int renamed(void) { return show(); }
__attribute__((weak)) int main(void) { return show(); }
