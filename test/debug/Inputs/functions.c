// Functions whose code this program shows itself.
#include <stdio.h>

__attribute__((noinline)) int add(int a, int b) {
  int sum = a + b; // ADD
  return sum;
}

static __attribute__((noinline)) int subtract(int a, int b) {
  int difference = a - b; // SUBTRACT
  return difference;
}

static void show(const char *name, void *function) {
  printf("%s %p ", name, function);
  for (int i = 0; i < 4; ++i)
    printf("%02x", ((unsigned char *)function)[i]);
  printf("\n");
}

int main(int argc, char **argv) {
  show("add", (void *)add);
  show("subtract", (void *)subtract);
  show("main", (void *)main);
  return add(argc, 2) - subtract(4, argc);
}
