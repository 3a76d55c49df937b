// Does the guest find exactly the descriptors that remote-run was given?
//
// None of remote-run's own, in no constructor and in no exec; and what was
// closed stays closed, the standard ones included, although pipes then come to
// lie there.
// RUN: %same --levels 0 --status 0 --under "%tools/start.py" %s
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --open 3,4,5,6,7,8,9,100,1000" %s
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --open 7 --close 0" %s
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --close 0,2" %s
// Each of those alone that an executor finds its session under
// (transport/Descriptor.h).
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --open 1021" %s
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --open 1022" %s
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --open 1023" %s
// The executor looks for a debugger where there is debug information.
// RUN: %same --levels 0 --status 0 --flags=-g --under "%tools/start.py" %s

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void show(const char *when) {
  dprintf(1, "%s:", when);
  for (int number = 0; number < 1024; ++number) {
    int flags = fcntl(number, F_GETFD);
    if (flags < 0)
      continue;
    char path[32], target[256];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", number);
    ssize_t size = readlink(path, target, sizeof(target) - 1);
    target[size] = 0;
    // Pipes have numbers that differ.
    if (strchr(target, '['))
      *strchr(target, '[') = 0;
    dprintf(1, " %d %s%s %x,", number, target, flags ? " close-on-exec" : "",
            fcntl(number, F_GETFL));
  }
  dprintf(1, "\n");
}

__attribute__((constructor)) static void construct(void) {
  show("constructor");
}

int main(void) {
  show("main");
  execl("/bin/sh", "sh", "-c", "cd /proc/self/fd && echo *", NULL);
}
