#include <stdio.h>

struct pair {
  int first, second;
};

static __attribute__((noinline)) int sum(const struct pair *of) {
  return of->first + of->second;
}

int main(int argc, char **argv) {
  struct pair numbers = {argc, 40};
  printf("%d\n", sum(&numbers));
  return 3;
}
