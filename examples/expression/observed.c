//===- observed.c - A program that can be looked into while it runs ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   observed FOLDER
//
// It does its work, until somebody sets is_over. On another thread, it serves
// an executor to whoever opens the two FIFOs in FOLDER, one after another:
// these are its user's alone, as what comes through them may do anything.
//
//===----------------------------------------------------------------------===//

#include <remote-run/executor.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

//===-- What it works on -------------------------------------------------===//

int rounds;
volatile int is_over;
double prices[4] = {1.5, 2.25, 10, 0.125};
const char *names[4] = {"apple", "pear", "melon", "cherry"};
long stock[4] = {100, 40, 7, 2500};
long *scarce = &stock[2];

double worth(int item) { return prices[item] * (double)stock[item]; }

//===-- Who looks into it ------------------------------------------------===//

// Held while somebody does.
static pthread_mutex_t observation = PTHREAD_MUTEX_INITIALIZER;

static void *serve(void *folder) {
  char requests[4096], answers[4096];
  snprintf(requests, sizeof(requests), "%s/requests", (const char *)folder);
  snprintf(answers, sizeof(answers), "%s/answers", (const char *)folder);
  if ((mkfifo(requests, 0600) != 0 && errno != EEXIST) ||
      (mkfifo(answers, 0600) != 0 && errno != EEXIST)) {
    perror("observed: mkfifo");
    return NULL;
  }
  for (;;) {
    // Each waits for the other side.
    int in = open(requests, O_RDONLY | O_CLOEXEC);
    int out = open(answers, O_WRONLY | O_CLOEXEC);
    pthread_mutex_lock(&observation);
    rr_executor_options options = {.size = sizeof(options), .recover = 1};
    rr_executor *executor = rr_executor_open(in, out, &options);
    if (!executor) {
      perror("observed: rr_executor_open");
    } else {
      if (rr_executor_serve(executor) < 0)
        fprintf(stderr, "observed: %s\n", rr_executor_error(executor));
      rr_executor_close(executor);
    }
    pthread_mutex_unlock(&observation);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: observed FOLDER\n");
    return 2;
  }
  pthread_t server;
  pthread_create(&server, NULL, serve, argv[1]);
  while (!is_over) {
    struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
    ++rounds;
  }
  // Who has said so gets an answer.
  pthread_mutex_lock(&observation);
  printf("observed: over, %ld melons left\n", *scarce);
  return 0;
}
