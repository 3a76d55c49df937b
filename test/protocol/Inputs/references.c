// A library: each name says how it refers to it, or that it does not.
int by_pointer, by_got, only_defined, hidden_by_got
    __attribute__((visibility("hidden")));

void by_call(void) {}
void by_call_and_got(void) {}
static void only_static(void) {}
extern int by_weak_reference __attribute__((weak));

int *pointer = &by_pointer;
// The addend is no part of the name.
int by_pointer_behind[4];
int *pointer_behind = &by_pointer_behind[3];

void *use(void (**function)(void)) {
  by_call();
  by_call_and_got();
  only_static();
  *function = by_call_and_got;
  hidden_by_got = by_got;
  return &by_weak_reference;
}
