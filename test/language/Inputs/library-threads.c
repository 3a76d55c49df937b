/// A library whose constructor starts threads, which then call what they are
/// given: one waits for a condition, one sleeps, one blocks all signals while it
/// waits in a system call, and one has been started by another.
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { Waiting, Sleeping, Blocking, Second, Count };

static pthread_t threads[Count];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t given = PTHREAD_COND_INITIALIZER;
static void (*callback)(int);
static int wake[2];

static void call(int which) {
  pthread_mutex_lock(&lock);
  while (!callback)
    pthread_cond_wait(&given, &lock);
  callback(which);
  pthread_mutex_unlock(&lock);
}

static void *wait_for_condition(void *argument) {
  call(argument ? Second : Waiting);
  return argument;
}

static void *sleep_shortly(void *argument) {
  pthread_create(&threads[Second], 0, wait_for_condition, &threads);
  struct timespec left = {0, 20000000};
  while (nanosleep(&left, &left) != 0)
    ;
  call(Sleeping);
  return argument;
}

static void *block_signals(void *argument) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, 0);
  char byte;
  // A signal of libc's own goes unseen (SA_RESTART).
  if (read(wake[0], &byte, 1) == 1)
    call(Blocking);
  return argument;
}

__attribute__((constructor)) static void start(void) {
  pipe(wake);
  pthread_create(&threads[Waiting], 0, wait_for_condition, 0);
  pthread_create(&threads[Sleeping], 0, sleep_shortly, 0);
  pthread_create(&threads[Blocking], 0, block_signals, 0);
}

/// Has each of them call \p function with a number of its own, in any order.
void call_in_threads(void (*function)(int)) {
  pthread_mutex_lock(&lock);
  callback = function;
  pthread_cond_broadcast(&given);
  pthread_mutex_unlock(&lock);
  write(wake[1], "", 1);
  // The second was started by another of them.
  for (int which = Waiting; which != Count; ++which)
    pthread_join(threads[which], 0);
}
