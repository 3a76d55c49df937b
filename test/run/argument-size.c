// Do arguments of any size that the kernel takes arrive whole?
//
// One of nearly 128 KiB (the kernel's limit), fifteen of 100 KB that make
// 1.5 MB together, and a hundred thousand that are empty.
// RUN: %python -c "print('x' * 131000, end='\0')" > %t.one
// RUN: %python -c "for i in range(15): print(chr(97 + i) * 100000, end='\0')" \
// RUN:   > %t.many
// RUN: %python -c "print('\0' * 100000, end='')" > %t.empty
// RUN: %same --levels 2 --status 2 --arguments %t.one %s
// RUN: %same --levels 2 --status 16 --arguments %t.many %s
// RUN: %same --levels 2 --status 161 --arguments %t.empty %s

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  unsigned long hash = 5381, size = 0;
  for (int i = 1; i < argc; ++i) {
    size += strlen(argv[i]);
    for (char *p = argv[i]; *p; ++p)
      hash = hash * 33 + (unsigned char)*p;
    hash = hash * 33;
  }
  printf("%d arguments, %lu bytes, hash %lx\n", argc, size, hash);
  return argc & 0xff;
}
