// Is memory as free and as protected as natively: no page both writable and
// executable, low addresses for those who ask for them, and a heap that grows?
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 %s
// RUN: %same --levels 0 --status 0 --under "setarch -R" %s
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --limit STACK=-1" %s
// And where thread-local variables need more room than the executor has, or are to
// be aligned as it is not?
// RUN: %same --levels 0 --status 0 --flags=-DROOM=8192 %s
// RUN: %same --levels 0 --status 0 --flags=-DALIGNMENT=1024 %s

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_32BIT // x86-64's alone
#define MAP_32BIT 0
#endif

#ifdef ROOM
static __thread char room[ROOM] = "room";
#elif defined(ALIGNMENT)
static __thread _Alignas(ALIGNMENT) char room[8] = "room";
#else
static char room[8] = "room";
#endif

static void checkMaps(const char *when) {
  char line[512];
  int both = 0, stackIsExecutable = 0;
  long reserved = 0;
  FILE *file = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof(line), file)) {
    unsigned long start, end;
    char rights[8];
    sscanf(line, "%lx-%lx %7s", &start, &end, rights);
    both += strchr(rights, 'w') && strchr(rights, 'x');
    stackIsExecutable += strstr(line, "[stack]") && strchr(rights, 'x');
    if (strncmp(rights, "---", 3) == 0)
      reserved += (end - start) >> 20;
  }
  fclose(file);
  printf("%s: writable and executable %d, executable stack %d, reserved %d\n",
         when, both, stackIsExecutable, reserved > 100);
}

static void atExit(void) { checkMaps("exit"); }

__attribute__((constructor)) static void construct(void) {
  checkMaps("constructor");
  atexit(atExit);
}

static void low(uintptr_t address, size_t size) {
  void *got = mmap(
      (void *)address, size, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  printf("%#lx: %d\n", address, got == (void *)address);
  if (got == (void *)address) {
    ((char *)got)[size - 1] = 1;
    munmap(got, size);
  }
}

int main(void) {
  checkMaps(room[0] == 'r' ? "main" : "what?");
  low(0x10000, 0x10000);
  low(0x400000, 0x200000);
  low(0x20000000, 0x10000000);
  low(0x40000000, 0x30000000);
  low(0x7fff8000, 0x10000000);
  low(0x100000000, 0x100000000);
  size_t total = 0;
  while (total < (size_t)900 << 20 &&
         mmap(NULL, 100 << 20, PROT_NONE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_32BIT, -1,
              0) != MAP_FAILED)
    total += 100 << 20;
  printf("MAP_32BIT: %zu MiB\n", total >> 20);
  char *before = sbrk(64 << 20);
  printf("sbrk: %d\n", (char *)sbrk(0) - before >= 64 << 20);
  void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#ifdef __aarch64__ // mov w0, 42; ret
  memcpy(code, "\x40\x05\x80\x52\xc0\x03\x5f\xd6", 8);
#else // mov $42, %eax; ret
  memcpy(code, "\xb8\x2a\0\0\0\xc3", 6);
#endif
  mprotect(code, 4096, PROT_READ | PROT_EXEC);
  __builtin___clear_cache(code, (char *)code + 8);
  printf("made here: %d\n", ((int (*)(void))code)());
  munmap(code, 4096);
  return 0;
}
