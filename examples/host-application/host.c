//===- host.c - An application with a life of its own --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   host [--stdio]
//
// It weighs numbers: a thread takes them from a queue, and adds up what a
// weight makes of each. The weight is code that comes from another process, as
// long as there is some. The main thread has an event loop, in which an
// executor is one descriptor among others.
//
// Launched by drive.cpp, it has its session on descriptors of their own; with
// --stdio, on its standard streams: for ssh(1), which passes on no others.
//
//===----------------------------------------------------------------------===//

#include <remote-run/executor.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

//===-- Its state, and the thread that works on it -----------------------===//

enum { QUEUE_LENGTH = 64 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int queue[QUEUE_LENGTH];
static unsigned first, count;
static int total;
static int is_over;
static unsigned long ticks;
static int (*weight)(int);

static void *work(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (count == 0 && !is_over)
      pthread_cond_wait(&changed, &lock);
    if (count == 0)
      break;
    int number = queue[first];
    first = (first + 1) % QUEUE_LENGTH;
    // With the lock: no weight is taken away while it is at work.
    total += weight ? weight(number) : number;
    --count;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
  return NULL;
}

//===-- What modules may use ---------------------------------------------===//

// 0 where there is no room.
static int submit(int number) {
  pthread_mutex_lock(&lock);
  int has_room = count < QUEUE_LENGTH;
  if (has_room)
    queue[(first + count++) % QUEUE_LENGTH] = number;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return has_room;
}

// The sum, once the queue is empty; it begins again at 0.
static int take_total(void) {
  pthread_mutex_lock(&lock);
  while (count != 0)
    pthread_cond_wait(&changed, &lock);
  int result = total;
  total = 0;
  pthread_mutex_unlock(&lock);
  return result;
}

// Null for none. The old one is not used any more when this returns.
static void set_weight(int (*wanted)(int)) {
  pthread_mutex_lock(&lock);
  weight = wanted;
  pthread_mutex_unlock(&lock);
}

//===-- The event loop ---------------------------------------------------===//

// The session gets the standard streams; what is printed goes to stderr.
static int take_standard_streams(int *in, int *out) {
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  *in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  *out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  return *in >= 0 && *out >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
         dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

static int run(rr_executor *executor) {
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  struct itimerspec every = {{0, 100000000}, {0, 100000000}};
  timerfd_settime(timer, 0, &every, NULL);
  int more;
  while ((more = rr_executor_poll(executor, 0)) == 1) {
    struct pollfd waited[] = {{rr_executor_fd(executor), POLLIN, 0},
                              {timer, POLLIN, 0}};
    poll(waited, 2, -1);
    uint64_t passed;
    if (read(timer, &passed, sizeof(passed)) == sizeof(passed))
      ticks += passed; // What it would do ten times a second.
  }
  if (more < 0)
    fprintf(stderr, "host: %s\n", rr_executor_error(executor));
  close(timer);
  return more < 0;
}

int main(int argc, char **argv) {
  int in, out;
  int has_session = argc == 2 && strcmp(argv[1], "--stdio") == 0
                        ? take_standard_streams(&in, &out)
                        : rr_executor_inherited(&in, &out);
  if (!has_session) {
    fprintf(stderr, "host: nobody has launched me; see drive.cpp\n");
    return 2;
  }
  rr_executor *executor = rr_executor_open(in, out, NULL);
  if (!executor) {
    perror("host: rr_executor_open");
    return 2;
  }
  rr_executor_export(executor, "submit", (const void *)submit);
  rr_executor_export(executor, "take_total", (const void *)take_total);
  rr_executor_export(executor, "set_weight", (const void *)set_weight);

  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  int status = run(executor);
  // Modules that are there yet are removed, and their destructors run.
  rr_executor_close(executor);
  fprintf(stderr, "host: goes on with %s\n", weight ? "a weight" : "no weight");

  pthread_mutex_lock(&lock);
  is_over = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  pthread_join(worker, NULL);
  return status;
}
