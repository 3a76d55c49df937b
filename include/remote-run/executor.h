/*===- executor.h - Code from another process ---------------------*- C -*-===*\
|*                                                                            *|
|* Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.    *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* An executor serves one controller, which compiles elsewhere (RemoteJIT.h): *|
|* it gives this process modules, calls their functions, reads and writes     *|
|* memory, and takes the modules away again. What it sends is run: connect an *|
|* executor only to whom you trust with this process. There is no listening   *|
|* socket here; the descriptors are yours (a pipe(2) pair, a socketpair(2),   *|
|* what ssh(1) runs).                                                         *|
|*                                                                            *|
|* Nothing here ends the process or prints, and no signal handler is          *|
|* installed unless options ask for it. Several executors in one process      *|
|* share nothing. It needs glibc, linked dynamically.                         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef REMOTE_RUN_EXECUTOR_H
#define REMOTE_RUN_EXECUTOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rr_executor rr_executor;

/* All of the archive's names that a program linked with -rdynamic, or a library
   that has it, shows to others. */
#pragma GCC visibility push(default)

typedef struct rr_executor_options {
  /** sizeof(rr_executor_options); what an older caller does not have is 0. */
  size_t size;
  /** How many threads of ours may run calls at once, for controllers that call
      asynchronously. 0: every call runs on the thread that serves. */
  unsigned threads;
  /** Not 0: a crash (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP) in a
      call ends that call, the controller gets a report, and the application
      goes on; what the call held, locks among it, stays held. Handlers for
      these signals are installed in the process by the first executor that is
      opened so, in front of those that are there. 0: the application dies as
      it would have. */
  int recover;
  /** Not 0: before the process dies of one of these signals, wherever, it has
      a report for the controller: in memory, if that has launched it; or else
      it sends that, which takes a second at most for each executor. A handler
      is installed for those signals that have their default action. */
  int report;
} rr_executor_options;

/** An executor that reads requests from \p fd_in and writes answers to \p
    fd_out; the two may be the same socket. It owns both from now on, also where
    it fails. \p options may be null: no threads, no recovery. Null where there
    is no memory or address space, with errno. */
rr_executor *rr_executor_open(int fd_in, int fd_out,
                              const rr_executor_options *options);

/** The descriptors by which Executor::launch() started this process. 1 where
    there are some; 0 otherwise. Takes the variable that names them
    (REMOTE_RUN_EXECUTOR) out of the environment: to be called once, early, and
    while there is one thread. */
int rr_executor_inherited(int *fd_in, int *fd_out);

/** Modules find \p address under \p name, before anything that the dynamic
    linker knows by that name. Only before the executor serves; \p name is
    copied. */
void rr_executor_export(rr_executor *executor, const char *name,
                        const void *address);

/** Serves until the controller hangs up (0), or breaks the protocol (-1; see
    rr_executor_error()). On the calling thread, and on one thread at a time. */
int rr_executor_serve(rr_executor *executor);

/** For event loops: waits at most \p milliseconds (-1: for ever, 0: not at all)
    for a request and serves it, with all the time that it takes. 1: there may
    be more to come; 0: the controller has hung up; -1: as above. */
int rr_executor_poll(rr_executor *executor, int milliseconds);

/** Readable when there is something for rr_executor_poll() to do, once that has
    been called for the first time; for poll(2) and its like. It stays ours. */
int rr_executor_fd(const rr_executor *executor);

/** Serves on a thread of its own, with all signals blocked but those of a
    crash. 0, or an error number of pthread_create(3). */
int rr_executor_start_thread(rr_executor *executor);

/** Why serving ended with -1, in a sentence; empty if it did not. Stays until
    the executor is closed. */
const char *rr_executor_error(const rr_executor *executor);

/** Hangs up, waits for calls that still run and for the thread of
    rr_executor_start_thread(), removes all modules, their destructors included,
    and gives everything back. Null is nothing. Not from inside a call. */
void rr_executor_close(rr_executor *executor);

#pragma GCC visibility pop

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REMOTE_RUN_EXECUTOR_H */
