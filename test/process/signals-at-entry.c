// Are the signal mask and the dispositions at entry those that the parent left?
//
// Nothing special; then some ignored and some blocked; then SIGCHLD ignored,
// which takes wait statuses from whoever is the parent; then everything that
// remote-run itself might wait for, blocked and ignored.
// UNSUPPORTED: sanitized-executor
// RUN: %same --levels 0 --status 0 --under "%tools/start.py" %s
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --ignore PIPE,HUP,USR1,INT --block USR2,TERM,WINCH" %s
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --ignore CHLD" %s
// (Under qemu-user SIGQUIT and SIGSEGV are at their defaults in all that a program
// executes.)
// RUN: %if !emulated-host %{ %same --levels 0 --status 0 --under "%tools/start.py --ignore INT,TERM,HUP,QUIT,CHLD,CONT,ALRM,SEGV,ABRT --block INT,TERM,HUP,QUIT,CHLD,CONT,PIPE,ALRM,SEGV,ABRT" %s %}
// RUN: %if emulated-host %{ %same --levels 0 --status 0 --under "%tools/start.py --ignore INT,TERM,HUP,CHLD,CONT,ALRM,ABRT --block INT,TERM,HUP,CHLD,CONT,PIPE,ALRM,ABRT" %s %}

#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  sigset_t mask, pending;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  sigpending(&pending);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    if (sigaction(number, NULL, &action) != 0)
      continue;
    int maskIsEmpty = 1;
    for (int other = 1; other < NSIG; ++other)
      maskIsEmpty &= sigismember(&action.sa_mask, other) != 1;
    printf("%d: %s%s%s flags %x mask %s\n", number,
           action.sa_handler == SIG_DFL   ? "default"
           : action.sa_handler == SIG_IGN ? "ignored"
                                          : "handled",
           sigismember(&mask, number) == 1 ? " blocked" : "",
           sigismember(&pending, number) == 1 ? " pending" : "",
           // Without libc's SA_RESTORER, which is nobody's business.
           action.sa_flags & ~0x04000000, maskIsEmpty ? "empty" : "not empty");
  }
  // Those that libc keeps for itself are seen here alone.
  FILE *status = fopen("/proc/self/status", "r");
  for (char line[256]; fgets(line, sizeof(line), status);)
    if (!strncmp(line, "SigIgn:", 7) || !strncmp(line, "SigBlk:", 7))
      fputs(line, stdout);
  fclose(status);
  // Whether a status is there to be had depends on SIGCHLD.
  fflush(stdout);
  pid_t child = fork();
  if (child == 0)
    _exit(5);
  int ended = -1;
  pid_t waited = waitpid(child, &ended, 0);
  printf("waited: %d, status %x\n", waited == child, ended);
  return 0;
}
