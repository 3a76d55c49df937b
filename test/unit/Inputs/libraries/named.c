// A library that tells its name.
#include <stdlib.h>

const char *NAME(void) { return __FILE__; }

// Nobody may load it who only wants to know what is in it.
__attribute__((constructor)) static void construct(void) {
  setenv("REMOTE_RUN_TEST_CONSTRUCTED", "yes", 1);
}
