#include <stdio.h>

extern int other_variable;
extern int other_function(int);

#ifdef OTHER
int other_variable = 5;
__attribute__((noinline)) int other_function(int X) {
  return X + other_variable++;
}
#else
static int local = 3;
int initialised[3] = {1, 2, 3};
int zeroes[1000];
int shared __attribute__((common));

__attribute__((noinline)) static int local_function(int X) {
  return X + local++;
}

/* Prints where everything is. */
int main(int Count, char **Values) {
  zeroes[Count] = local_function(Count) + other_function(Count) + shared;
  printf("main %p\n", (void *)main);
  printf("local_function %p\n", (void *)local_function);
  printf("other_function %p\n", (void *)other_function);
  printf("local %p\n", (void *)&local);
  printf("initialised %p\n", (void *)initialised);
  printf("zeroes %p\n", (void *)zeroes);
  printf("shared %p\n", (void *)&shared);
  printf("other_variable %p\n", (void *)&other_variable);
  return 0;
}
#endif
