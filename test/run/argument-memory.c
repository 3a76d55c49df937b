// Do the arguments and the environment lie in memory as the kernel lays them
// out?
//
// Programs that change what ps(1) shows write over both, and rely on the
// strings being adjacent; others find envp behind argv, and the auxiliary vector
// behind envp.
// RUN: %same --levels 0 --status 0 --under "env -i A=1 BCD=23 EMPTY=" %s -- one "" three
// RUN: %same --levels 0 --status 0 --under "env -i" %s -- one
// RUN: %same --levels 0 --status 0 --under "env -i ONLY=1" %s

#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static int isAdjacent(char **first, char **second) {
  return *first + strlen(*first) + 1 == *second;
}

int main(int argc, char **argv, char **envp) {
  printf("envp is environ: %d\n", envp == environ);
  printf("envp follows argv: %d\n", argv + argc + 1 == envp);
  printf("argc precedes argv: %d\n", ((long *)argv)[-1] == argc);
  for (int i = 1; i < argc; ++i)
    printf("argv[%d] follows: %d\n", i, isAdjacent(argv + i - 1, argv + i));
  int count = 0;
  for (; envp[count]; ++count) {
    char **before = count == 0 ? argv + argc - 1 : envp + count - 1;
    printf("%s follows: %d\n", envp[count], isAdjacent(before, envp + count));
  }
  printf("%d variables\n", count);

  ElfW(auxv_t) *entry = (ElfW(auxv_t) *)(envp + count + 1);
  for (int i = 0; i < 64 && entry->a_type != AT_NULL; ++i, ++entry)
    if (entry->a_type == AT_PAGESZ || entry->a_type == AT_UID ||
        entry->a_type == AT_SECURE || entry->a_type == AT_CLKTCK)
      printf("auxv: %lu is %lu, getauxval %lu\n", (unsigned long)entry->a_type,
             (unsigned long)entry->a_un.a_val, getauxval(entry->a_type));
  return 0;
}
