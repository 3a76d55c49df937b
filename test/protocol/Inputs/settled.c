// The two libraries of inspection.py: with BENEATH, the one that the other needs.
#include <unistd.h>

__attribute__((constructor)) static void construct(void) {
  static const char text[] = "constructed\n";
  if (write(2, text, sizeof(text) - 1) < 0)
    _exit(1);
}

#ifdef BENEATH

extern void by_deep_call(void) __attribute__((weak));
int beneath_function(void) {
  if (by_deep_call)
    by_deep_call();
  return 1;
}

#else

extern int beneath_function(void);
extern int by_data __attribute__((weak));
int *pointer = &by_data;
int settled_function(void) { return beneath_function(); }
int settled_data[6] = {1};
_Thread_local int settled_tls = 2;
static int chosen(void) { return 3; }
static int (*choose(void))(void) { return chosen; }
int settled_choice(void) __attribute__((ifunc("choose")));

#endif
