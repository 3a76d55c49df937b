// What opens the program's own executable, to read symbols and lines, finds an ELF
// file of the program, and what it opens otherwise is what is there.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -g -O0 %s -o native && ./native > expected
// RUN: FileCheck %s < expected
// RUN: %clang -g -O0 -c -emit-llvm %s -o prog.bc
// RUN: %remote-run prog.bc | diff expected -
// RUN: %remote-run --launcher=env prog.bc | diff expected -
// CHECK: /proc/self/exe by open: ELF
// CHECK-NEXT: its path by fopen: ELF
// CHECK-NEXT: by openat: ELF
// CHECK-NEXT: another file: text
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void show(const char *How, const char *Start) {
  printf("%s: %.*s\n", How, strncmp(Start, "\177ELF", 4) ? 4 : 3,
         strncmp(Start, "\177ELF", 4) ? Start : Start + 1);
}

int main(void) {
  char Start[5] = "", Path[PATH_MAX] = "";
  int File = open("/proc/self/exe", O_RDONLY);
  if (read(File, Start, 4) == 4)
    show("/proc/self/exe by open", Start);
  if (readlink("/proc/self/exe", Path, sizeof(Path) - 1) < 0)
    return 1;
  FILE *Stream = fopen(Path, "r");
  if (Stream && fread(Start, 1, 4, Stream) == 4)
    show("its path by fopen", Start);
  File = openat(AT_FDCWD, Path, O_RDONLY | O_CLOEXEC);
  if (read(File, Start, 4) == 4)
    show("by openat", Start);
  Stream = fopen("text", "w+");
  fputs("text", Stream);
  fclose(Stream);
  File = open("text", O_RDONLY);
  if (read(File, Start, 4) == 4)
    show("another file", Start);
}
