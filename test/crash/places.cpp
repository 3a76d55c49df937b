// Is it told where the program crashed, wherever that is?
// UNSUPPORTED: sanitized-executor
// RUN: %clangxx -O0 -g -c -emit-llvm %s -o %t.bc
// DEFINE: %{run} = not %remote-run --signal-exit-status --disable-core-files %t.bc
// RUN: %{run} constructor 2>&1 | FileCheck %s --check-prefixes=MAIN,CONSTRUCTOR
// RUN: %{run} destructor 2>&1 | FileCheck %s --check-prefixes=MAIN,DESTRUCTOR
// RUN: %{run} callback 2>&1 | FileCheck %s --check-prefixes=MAIN,CALLBACK
// RUN: %{run} handler 2>&1 | FileCheck %s --check-prefixes=MAIN,HANDLER
// RUN: %{run} libc 2>&1 | FileCheck %s --check-prefix=LIBC
// RUN: %{run} thread 2>&1 | FileCheck %s --check-prefix=THREAD
// RUN: %{run} no-descriptors 2>&1 | FileCheck %s --check-prefixes=MAIN,PLAIN
// RUN: %{run} child 2>&1 | FileCheck %s --check-prefixes=MAIN,CHILD
// RUN: %remote-run --disable-core-files %t.bc child-only 2>&1 | count 0
//
// The report's first lines are the same for all but two; the last frame is the
// program's, for none of the executor is shown.
// MAIN: null pointer read at 0x0
// MAIN-NEXT: thread {{[0-9]+}} (main)
// MAIN-NEXT: #0 crash() at {{.*}}places.cpp:[[# @LINE + 20]]:{{[0-9]+$}}

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int *Null = nullptr;

static const char *How = "";
static bool is(const char *Name) { return !strcmp(How, Name); }

// As glibc calls it, before the constructors of C++ objects.
__attribute__((constructor(101))) static void remember(int, char **Values) {
  How = Values[1];
}

static void crash() {
  (void)*Null;
}

struct Thing {
  // CONSTRUCTOR-NEXT: #1 Thing::Thing() at {{.*}}places.cpp:[[# @LINE + 3]]:7{{$}}
  Thing() {
    if (is("constructor"))
      crash();
  }
  // DESTRUCTOR-NEXT: #1 Thing::~Thing() at {{.*}}places.cpp:[[# @LINE + 3]]:7{{$}}
  ~Thing() {
    if (is("destructor"))
      crash();
  }
};
// CONSTRUCTOR-NEXT: #2 __cxx_global_var_init at {{.*}}places.cpp:[[# @LINE + 3]]:7{{$}}
// CONSTRUCTOR-NEXT: #3 _GLOBAL__sub_I_places.cpp at {{.*}}places.cpp{{.*$}}
// CONSTRUCTOR-NOT: {{.}}
Thing Global;
// DESTRUCTOR-NOT: #{{[0-9]+}} main{{.*$}}
// DESTRUCTOR: #{{[0-9]+}} exit {{.*}}in {{.*}}libc.so.6+0x{{[0-9a-f]+$}}
// DESTRUCTOR-NOT: {{.}}

// CALLBACK-NEXT: #1 compare(void const*, void const*) at {{.*}}places.cpp:[[# @LINE + 2]]:3{{$}}
static int compare(const void *, const void *) {
  crash();
  return 0;
}
// CALLBACK: #{{[0-9]+}} qsort{{.*}} in {{.*}}libc.so.6+0x{{.*$}}
// CALLBACK-NEXT: #{{[0-9]+}} main at {{.*}}places.cpp{{.*$}}
// CALLBACK-NOT: {{.}}

// HANDLER-NEXT: #1 handle(int) at {{.*}}places.cpp:[[# @LINE + 1]]:27{{$}}
static void handle(int) { crash(); }
// HANDLER: #{{[0-9]+}} raise {{.*}}in {{.*}}libc.so.6+0x{{.*$}}
// HANDLER-NEXT: #{{[0-9]+}} main at {{.*}}places.cpp{{.*$}}
// HANDLER-NOT: {{.}}

// THREAD: null pointer read at 0x0
// THREAD-NEXT: {{^}}  thread {{[0-9]+$}}
// THREAD-NEXT: #0 crash() at
// THREAD-NEXT: #1 work(void*) at {{.*}}places.cpp:[[# @LINE + 2]]:3
static void *work(void *) {
  crash();
  return nullptr;
}
// THREAD-NEXT: #2 {{.*}} in {{.*}}libc.so.6+0x

// LIBC: null pointer read at 0x0
// LIBC-NEXT: thread {{[0-9]+}} (main)
// LIBC-NEXT: #0 {{.*}} in {{.*}}libc.so.6+0x{{.*$}}
// LIBC: #1 main at {{.*}}places.cpp{{.*$}}
// LIBC-NOT: {{.}}

// PLAIN-NEXT: #1 main at{{.*$}}
// PLAIN-NOT: {{.}}

static void crashInChild() {
  if (fork() == 0) {
    *(volatile int *)0x123456789000 = 1;
    _exit(0);
  }
  wait(nullptr);
}
// CHILD-NEXT: #1 main at{{.*$}}
// CHILD-NOT: {{.}}

int main() {
  if (is("callback")) {
    int Two[] = {1, 2};
    qsort(Two, 2, sizeof(int), compare);
  }
  if (is("handler")) {
    signal(SIGUSR1, handle);
    raise(SIGUSR1);
  }
  if (is("libc"))
    return (int)strlen((const char *)Null);
  if (is("thread")) {
    pthread_t Thread;
    pthread_create(&Thread, nullptr, work, nullptr);
    pthread_join(Thread, nullptr);
  }
  if (is("no-descriptors")) {
    for (int Number = 0; Number != 1024; ++Number)
      close(Number);
    crash();
  }
  if (!strncmp(How, "child", 5))
    crashInChild();
  if (is("child"))
    crash();
  return 0;
}
