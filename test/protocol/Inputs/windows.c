// An image for test/tools/sharing.cpp: some of its pages are in the shared file,
// and code and constants arrive there while it runs. With UNMAPPED, a library with
// which no file can be mapped over something else; with TAKEN, one that takes the
// place of an image until the executor reserves it again.
#define _GNU_SOURCE
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(TAKEN)
static void *Taken;
int munmap(void *Start, size_t Size) {
  long Result = syscall(SYS_munmap, Start, Size);
  const size_t Slab = 256 << 20;
  static int Times;
  if (Size >= Slab && Times++ == 0)
    Taken = (void *)syscall(SYS_mmap, Start, 4096, PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  return (int)Result;
}
void *mmap(void *Where, size_t Size, int Protection, int Flags, int File,
           off_t Offset) {
  if (Taken && (Flags & MAP_FIXED_NOREPLACE)) {
    syscall(SYS_munmap, Taken, 4096);
    Taken = NULL;
  }
  return (void *)syscall(SYS_mmap, Where, Size, Protection, Flags, File,
                         Offset);
}
void *mmap64(void *, size_t, int, int, int, off_t)
    __attribute__((alias("mmap")));
#elif defined(UNMAPPED)
void *mmap(void *Where, size_t Size, int Protection, int Flags, int File,
           off_t Offset) {
  if (File >= 0 && (Flags & MAP_FIXED)) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return (void *)syscall(SYS_mmap, Where, Size, Protection, Flags, File,
                         Offset);
}
void *mmap64(void *, size_t, int, int, int, off_t)
    __attribute__((alias("mmap")));
#else
#define PAGE 4096
#define WINDOW(NAME) __attribute__((section("window_" #NAME), aligned(PAGE)))

// What is in the image is not seen.
WINDOW(control) struct {
  _Atomic uint32_t Said, Answered;
  char Rest[PAGE - 8];
} Control = {77, 77, "x"};
WINDOW(constants) const volatile char Constants[PAGE] = "xyz";
__asm__(".pushsection window_code, \"ax\"\n"
        ".p2align 12\n"
        ".fill 4096, 1, 0xcc\n"
        ".popsection\n");
extern char Code[] __asm__("__start_window_code");

__attribute__((section("late_one"), used)) static int one(void) { return 1; }
__attribute__((section("late_two"), used)) static int two(void) { return 2; }

// The dynamic linker shall call the executor when it has relocated everything.
typedef int Function(void);
static Function *resolve(void) { return 0; }
__attribute__((ifunc("resolve"), visibility("hidden"))) Function hook;
Function *volatile Hook = hook;

static int ofWindow(int Number) {
  return ((Function *)(uintptr_t)(Code + 64 * Number))();
}

// When the controller has said so much.
static void await(uint32_t Said) {
  for (int Milliseconds = 0; Control.Said != Said; ++Milliseconds) {
    if (Milliseconds == 20000) {
      puts("waited for too long");
      _exit(1);
    }
    nanosleep(&(struct timespec){0, 1000000}, NULL);
  }
}

static void printMapping(const char *Name, const volatile void *Place) {
  FILE *Maps = fopen("/proc/self/maps", "re");
  char Line[512], Protection[5];
  unsigned long Start, End;
  while (fgets(Line, sizeof(Line), Maps))
    if (sscanf(Line, "%lx-%lx %4s", &Start, &End, Protection) == 3 &&
        Start <= (uintptr_t)Place && (uintptr_t)Place < End)
      printf("%s: %s%s\n", Name, Protection, strstr(Line, " /memfd:late code") ? "" : " of another file");
  fclose(Maps);
}

static void printDescriptors(const char *Whose) {
  DIR *Folder = opendir("/proc/self/fd");
  char Target[512];
  int Files = 0;
  for (struct dirent *Entry; (Entry = readdir(Folder));) {
    ssize_t Size =
        readlinkat(dirfd(Folder), Entry->d_name, Target, sizeof(Target) - 1);
    if (Size < 0)
      continue;
    Target[Size] = 0;
    Files += strstr(Target, "memfd:") != NULL;
  }
  closedir(Folder);
  printf("%s has %d files in memory\n", Whose, Files);
}

static void finish(const char *Whose) {
  await(2);
  printf("%s gets %d %d, %c %c\n", Whose, ofWindow(1), ofWindow(2),
         Constants[1], Constants[2]);
  fflush(stdout);
}

int main(void) {
  printf("at first %d %d\n", Control.Rest[0], Constants[0]);
  printMapping("control", &Control);
  printMapping("constants", Constants);
  printMapping("code", Code);
  printDescriptors("the parent");
  fflush(stdout);
  Control.Answered = 1;
  await(1);
  printf("and then %d %c\n", ofWindow(1), Constants[1]);
  fflush(stdout);
  int Child = fork(), Status = 1;
  if (Child == 0) {
    // Before there is what it calls.
    Control.Answered = 2;
    printDescriptors("the child");
    finish("the child");
    _exit(0);
  }
  waitpid(Child, &Status, 0);
  finish("the parent");
  return Status == 0 ? 3 : 4;
}
#endif
