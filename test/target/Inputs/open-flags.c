// Opens the file that is its argument by each of libc's names for that.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>

int main(int Count, char **Arguments) {
  const char *File = Arguments[1];
  if (open(File, O_RDONLY) < 0 || open64(File, O_RDONLY) < 0 ||
      openat(AT_FDCWD, File, O_RDONLY) < 0 ||
      openat64(AT_FDCWD, File, O_RDONLY) < 0 || !fopen(File, "r") ||
      !fopen64(File, "r"))
    return 1;
  // Two functions where offsets of files may have 32 bits.
  return ((void *)open == (void *)open64) != (sizeof(long) == 8);
}
