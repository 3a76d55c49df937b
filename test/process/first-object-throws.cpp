// Do exceptions come through the program's frames, and the executor's, when the
// program is the first of the dynamic linker's objects: in main and in threads, to
// the one who catches them, to nobody, and where a thread is cancelled or exits?
//
// RUN: %same --flags="-D_GNU_SOURCE -pthread" --link="-rdynamic -Wl,--build-id -pthread -ldl" %s --case="0 caught" --case="0 cancelled" --case="0 exited" --case="-6 nobody"
// RUN: %same --flags="-D_GNU_SOURCE -pthread" --link="-rdynamic -Wl,--build-id -pthread -ldl" --remote="--lazy=on" %s --case="0 caught" --case="0 cancelled" --case="0 exited" --case="-6 nobody"
// RUN: %same --flags="-D_GNU_SOURCE -pthread" --link="-rdynamic -Wl,--build-id -pthread -ldl" --remote="--stdio=forward" --levels=2 %s --case="0 caught" --case="0 exited"
//
// With the unwinder in the program, which asks by itself.
// RUN: %same --flags="-D_GNU_SOURCE -pthread" --link="-rdynamic -Wl,--build-id -pthread -ldl -static-libgcc" --remote="-l:libgcc_eh.a" --levels=1 %s --case="0 caught" --case="-6 nobody"
#include "Inputs/first-object.h"
#include <pthread.h>
#include <stdexcept>
#include <unistd.h>

struct Tells {
  const char *Name;
  ~Tells() { printf("~%s\n", Name), fflush(stdout); }
};

__attribute__((noinline)) static int thrower(int Number) {
  Tells OfFrame = {"thrower"};
  if (Number > 2)
    throw std::runtime_error("thrown");
  return Number;
}

static void *catcher(void *Argument) {
  try {
    Tells OfFrame = {"catcher"};
    thrower(3);
  } catch (const std::exception &Caught) {
    puts(Caught.what());
  }
  return Argument;
}

static int Ready[2];

static void *sleeper(void *Argument) {
  Tells OfFrame = {"sleeper"};
  char Byte;
  // A point of cancellation (pthreads(7)).
  while (read(Ready[0], &Byte, 1) == 1)
    ;
  return Argument;
}

static void nobodys() {
  Tells OfFrame = {"nobodys"};
  thrower(4);
}

int main(int Count, char **Values) {
  const char *What = Count > 1 ? Values[1] : "";
  showObjects();
  catcher(nullptr);
  pthread_t Thread;
  pthread_create(&Thread, nullptr, catcher, nullptr);
  pthread_join(Thread, nullptr);
  fflush(stdout);
  if (!strcmp(What, "cancelled") && pipe(Ready) == 0) {
    pthread_create(&Thread, nullptr, sleeper, nullptr);
    pthread_cancel(Thread);
    pthread_join(Thread, nullptr);
  }
  Tells OfMain = {"main"};
  if (!strcmp(What, "exited"))
    pthread_exit(nullptr);
  if (!strcmp(What, "nobody"))
    nobodys();
  return 0;
}
