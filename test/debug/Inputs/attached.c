#include <stdio.h>
#include <unistd.h>

volatile int go_on;
volatile int numbers[3] = {1, 2, 3};

__attribute__((noinline)) int answer(int question) {
  int found = question * numbers[2];
  return found;
}

int main(void) {
  answer(puts("running"));
  fflush(stdout);
  while (!go_on)
    usleep(1000);
  printf("%d\n", answer(go_on * 14));
  return 7;
}
