// What does a program find that asks the system for the file that it is run from?
//
// (qemu-user answers for /proc/self/exe, and leads to itself by other spellings, as by
// /proc/thread-self/exe: native programs do not find their own file.)
// UNSUPPORTED: emulated-host
// RUN: %same %s --case "0 native" --flags=-D_FORTIFY_SOURCE=2
// RUN: %same %s --case "0 native" --remote=--stdio=forward
//
// RUN: rm -rf %t && mkdir -p %t/folder && cd %t
// RUN: %clang -c -emit-llvm %s -o folder/prog.bc
// RUN: ln -s folder/prog.bc link.bc
// RUN: %remote-run link.bc told | FileCheck %s -DFOLDER=%t --check-prefixes=TOLD,FILE
// RUN: %remote-run --fake-argv0=other link.bc told | FileCheck %s -DFOLDER=%t --check-prefixes=TOLD,FILE
// RUN: %remote-run --stdio=forward link.bc told | FileCheck %s -DFOLDER=%t --check-prefixes=TOLD,FILE
// RUN: %remote-run /dev/fd/0 told < folder/prog.bc | FileCheck %s -DFOLDER=%t --check-prefixes=TOLD,FILE
// FILE: [[FOLDER]]/folder/prog.bc
// TOLD-NEXT: exec: child
//
// Where it may have no file of ours, or none that could be read again, the
// executor's is named, and cannot be executed.
// RUN: %remote-run --launcher=env link.bc told | FileCheck %s --check-prefix=NONE
// RUN: cat link.bc | %remote-run - told | FileCheck %s --check-prefix=NONE
// NONE: /remote-stub
// NONE-NEXT: exec: No such file or directory
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char Told[PATH_MAX];

/// Whether it is what was told first.
static void compare(const char *what, const char *text, ssize_t length) {
  printf("%s: %d\n", what,
         length == (ssize_t)strlen(Told) && !memcmp(text, Told, length));
}

static void compareAll(void) {
  char text[PATH_MAX] = "", name[64];
  const char *names[] = {"/proc/self/exe", "/proc/thread-self/exe", name,
                         "/proc/self/../self/exe", "/proc/self/task/../exe"};
  snprintf(name, sizeof name, "/proc/%d/exe", getpid());
  for (int i = 0; i != 5; ++i) {
    compare("readlink", text, readlink(names[i], text, sizeof text));
    compare("readlinkat", text, readlinkat(AT_FDCWD, names[i], text, sizeof text));
    char *resolved = realpath(names[i], text);
    compare("realpath", resolved, strlen(resolved));
    resolved = realpath(names[i], NULL);
    compare("realpath", resolved, strlen(resolved));
    free(resolved);
    resolved = canonicalize_file_name(names[i]);
    compare("canonicalize_file_name", resolved, strlen(resolved));
    free(resolved);
  }
  int folder = open("/proc/self", O_PATH);
  compare("readlinkat", text, readlinkat(folder, "exe", text, sizeof text));
#ifdef SYS_readlink
  compare("syscall", text, syscall(SYS_readlink, names[0], text, sizeof text));
#endif
  compare("syscall", text,
          syscall(SYS_readlinkat, folder, "exe", text, sizeof text));
  ssize_t (*found)(const char *, char *, size_t) =
      (ssize_t(*)(const char *, char *, size_t))dlsym(RTLD_DEFAULT, "readlink");
  compare("dlsym", text, found(names[0], text, sizeof text));
  if (fork() == 0) {
    snprintf(name, sizeof name, "/proc/%d/exe", getppid());
    compare("parent", text, readlink(name, text, sizeof text));
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
}

int main(int argc, char **argv) {
  char text[16];
  if (!strcmp(argv[1], "child"))
    return puts("exec: child"), 0;
  readlink("/proc/self/exe", Told, sizeof Told);
  if (!strcmp(argv[1], "told")) {
    puts(Told);
    fflush(stdout);
    execl("/proc/self/exe", argv[0], "child", NULL);
    return printf("exec: %s\n", strerror(errno)), 0;
  }
  setbuf(stdout, NULL);
  compareAll();
  struct stat status;
  printf("%d %d\n", stat(Told, &status), S_ISREG(status.st_mode));
  // The same folder as that of the name it was started by.
  *strrchr(Told, '/') = *strrchr(argv[0], '/') = '\0';
  char folder[PATH_MAX];
  printf("%d\n", strcmp(realpath(argv[0], folder), Told));
  // A buffer that is too small, and what is wrong.
  memset(text, 'x', sizeof text);
  printf("%zd ", readlink("/proc/self/exe", text, 3));
  printf("%.16s\n", text);
  printf("%zd", readlink("/proc/self/exe", text, 0));
  printf(" %d", errno);
  printf(" %zd", readlink("/proc/self/nothing/exe", text, 3));
  printf(" %d", errno);
  printf(" %zd", readlink((char *)16, text, 3));
  printf(" %d", errno);
  printf(" %zd", readlink("/proc/self/exe", (char *)16, 3));
  printf(" %d\n", errno);
  errno = 0;
  printf("%zd ", readlink("/proc/self/cwd", text, 3));
  printf("%d\n", errno);
}
