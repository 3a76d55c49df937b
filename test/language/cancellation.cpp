// Do pthread_cancel and pthread_exit unwind the guest's frames, in C++ and in C
// with cleanups, in threads and in the main thread?
// The sanitizer's pthread_join(3) takes a cancelled join for a second one.
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 %s --case "0 cancel" --case "0 exit" --case "0 main"
// RUN: %same --status 0 --flags=-fexceptions %S/Inputs/cancellation.c

#include <cstdio>
#include <cstring>
#include <pthread.h>
#include <unistd.h>

struct Traced {
  const char *Name;
  ~Traced() { std::printf("~%s\n", Name); }
};

static pthread_t MainThread;

static void *run(void *Way) {
  Traced Outer{"outer"};
  try {
    Traced Inner{"inner"};
    if (std::strcmp((const char *)Way, "exit") == 0)
      pthread_exit((void *)7);
    for (;;)
      pause();
  } catch (...) {
    std::printf("forced unwinding\n");
    throw;
  }
}

static void *afterMain(void *) {
  pthread_join(MainThread, nullptr);
  std::printf("main has ended\n");
  return nullptr;
}

int main(int, char **Values) {
  pthread_t Thread;
  void *Result;
  if (std::strcmp(Values[1], "main") == 0) {
    MainThread = pthread_self();
    pthread_create(&Thread, nullptr, afterMain, nullptr);
    Traced Here{"main"};
    pthread_exit(nullptr);
  }
  pthread_create(&Thread, nullptr, run, Values[1]);
  if (std::strcmp(Values[1], "cancel") == 0)
    pthread_cancel(Thread);
  pthread_join(Thread, &Result);
  std::printf("%d\n", Result == PTHREAD_CANCELED ? -1 : (int)(long)Result);
  return 0;
}
