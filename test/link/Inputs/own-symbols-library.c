// What a library gets from the program, and from libc if the program has none.
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

int program_function(int);
extern long program_array[3];

int *PlaceOfOptind = &optind;

int callGetpid(void) { return getpid(); }
int callProgram(int number) { return program_function(number); }
int readOptind(void) { return optind; }
long sumOfArray(void) {
  return program_array[0] + program_array[1] + program_array[2];
}
void allocate(void) {
  void *volatile allocated = malloc(10);
  free(allocated);
}
