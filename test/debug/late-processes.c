// Is a late function known to gdb in the process that it debugs, whichever process
// has called it before, and in whichever thread?
//
// The executor of an instrumented build has frames with lines of its own.
// UNSUPPORTED: sanitized-controller
// RUN: %debug --flags="-g -O0 -pthread" --remote=--lazy=on %s | FileCheck %s

/* GDB
break in_both
break once
break in_child
--
info args
continue
bt 2
print ready
continue
bt
info args
set follow-fork-mode child
continue
bt
print where
continue
*/

#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int in_both(const char *where, int n);
int in_child(const char *where);
void *once(void *);

int main(void) {
  // Here it is a child that calls the function first, and nobody debugs it.
  int status;
  pid_t first = fork();
  if (first == 0)
    _exit(in_both("first", 1));
  waitpid(first, &status, 0);
  int sum = WEXITSTATUS(status) + in_both("parent", 2);
  pthread_t thread;
  pthread_create(&thread, NULL, once, &sum);
  pthread_join(thread, NULL);
  fflush(stdout);
  pid_t second = fork();
  if (second == 0)
    _exit(in_child("second"));
  waitpid(second, &status, 0);
  return WEXITSTATUS(status) + sum;
}

static int ready = 3;

int in_both(const char *where, int n) {
  int sum = n + ready;
  for (int i = 0; i < n; i++)
    sum += where[i] == 'p' ? 2 : 1;
  return sum;
}

void *once(void *its) {
  int *sum = its;
  *sum += in_both("thread", 3);
  for (int i = 0; i < ready; i++)
    *sum += i;
  return NULL;
}

int in_child(const char *where) {
  int length = 0;
  while (where[length] != '\0')
    ++length;
  return length + in_both(where, 1);
}

// CHECK: Breakpoint 1, in_both (where={{.*}}"parent", n=2)
// CHECK: Breakpoint 2, once (its={{.*}})
// CHECK: Breakpoint 1, in_both (where={{.*}}"thread", n=3)
// CHECK: Breakpoint 3, in_child (where={{.*}}"second")
// CHECK: >>> bt
// CHECK-NEXT: #0 in_child
// CHECK-NEXT: #1 {{.*}}in main ()
