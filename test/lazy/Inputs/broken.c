#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// LLVM's code generation refuses the call.
__attribute__((error("no such thing"))) void never_to_be_called(void);
static volatile int Calls;
__attribute__((noinline)) void never_to_be_called(void) { Calls = Calls + 1; }

__attribute__((noinline)) static int broken(int X) {
  never_to_be_called();
  return X;
}
__attribute__((noinline)) static int fine(int X) { return puts("fine") + X; }
__attribute__((destructor)) static void destroyed(void) { puts("destroyed"); }

int main(int Count, char **Arguments) {
  setvbuf(stdout, NULL, _IONBF, 0);
  puts("started");
  const char *What = Arguments[1];
  if (!strcmp(What, "calls"))
    return broken(Count);
  if (!strcmp(What, "soon")) {
    fine(1);
    usleep(300000);
    return broken(Count);
  }
  if (!strcmp(What, "child")) {
    if (fork() == 0)
      return broken(Count);
    wait(NULL);
    puts("remote-run: error: not reached");
    return 0;
  }
  if (!strcmp(What, "orphan")) {
    if (fork() == 0) {
      usleep(500000);
      _exit(broken(Count));
    }
    return 0;
  }
  fine(Count);
  return 0;
}
