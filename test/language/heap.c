// Does a C program find the heap as a native one does: empty, at the start of
// the data segment, with nothing in it that somebody wrote before?
// RUN: %same --status 0 %s
// The sanitizers have an allocator of their own.
// Under qemu-user a native program has no data segment that grows: sbrk(2) fails, and
// malloc maps memory, at other distances in each run.
// UNSUPPORTED: sanitized-executor, emulated-host

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void atEnd(void) { puts("end"); }

static int usedBytes(const char *Block, size_t Size) {
  int Used = 0;
  for (size_t I = 0; I != Size; ++I)
    Used += Block[I] != 0;
  return Used;
}

int main(int argc, char **argv) {
  char *Break = sbrk(0);
  char *First = malloc(100);
  printf("%td %d\n", First - Break, (int)((uintptr_t)First & 0xfff));
  for (size_t Size = 16; Size <= 65536; Size *= 2) {
    char *Block = malloc(Size);
    printf("%zu: %td, %d\n", Size, Block - First, usedBytes(Block, Size));
  }
  struct mallinfo2 Info = mallinfo2();
  printf("%zu %zu %zu %zu\n", Info.arena, Info.ordblks, Info.uordblks,
         Info.hblks);
  atexit(atEnd);
  return strlen(argv[0]) == 0;
}
