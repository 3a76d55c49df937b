// Makes processes, leaves them behind, leaves its own place among them.
#include "guest.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static void linger(void) {
  for (;;)
    pause();
}

/// As many children as the argument says, or as the limit allows. They live on.
static int children(const char *Argument) {
  for (int I = 0; I < atoi(Argument); ++I) {
    pid_t Child = fork();
    if (Child < 0)
      return puts(errno == EAGAIN ? "limited" : "failed") < 0 ? 98 : 31;
    if (Child == 0)
      linger();
  }
  puts("all");
  return 30;
}

/// They and their parent are there until someone ends them.
static int family(const char *Argument) {
  children(Argument);
  fflush(stdout);
  linger();
  return 98;
}

/// Every process starts two, as deep as the argument says, limited or not.
static int bomb(const char *Argument) {
  for (int Depth = atoi(Argument); Depth > 0; --Depth) {
    pid_t First = fork();
    pid_t Second = First == 0 ? -1 : fork();
    if (First != 0 && Second != 0) {
      while (wait(NULL) > 0)
        ;
      return 32;
    }
  }
  return 32;
}

static void becomeDaemon(void) {
  if (fork() != 0)
    return;
  setsid();
  if (fork() != 0)
    _exit(0);
  linger();
}

static int daemons(const char *Argument) {
  for (int I = 0; I < atoi(Argument); ++I) {
    becomeDaemon();
    wait(NULL);
  }
  return 33;
}

static int crashWithDaemon(const char *Argument) {
  daemons(Argument);
  crash();
  return 98;
}

static int familyWithDaemons(const char *Argument) {
  daemons(Argument);
  return family(Argument);
}

static int familyInOwnGroup(const char *Argument) {
  if (setpgid(0, 0) != 0)
    return 97;
  return family(Argument);
}

static int ownGroup(const char *Argument) {
  (void)Argument;
  if (setpgid(0, 0) != 0)
    return 97;
  crash();
  return 98;
}

static int ownSession(const char *Argument) {
  (void)Argument;
  if (setsid() < 0)
    return 97;
  crash();
  return 98;
}

/// A crash of the other is the other's, and so is its status.
static int vforked(const char *Argument) {
  (void)Argument;
  pid_t Child = vfork();
  if (Child == 0) {
    crash();
    _exit(98);
  }
  int Status;
  waitpid(Child, &Status, 0);
  printf("%d\n", WTERMSIG(Status));
  return 34;
}

static int forkedCrashes(const char *Argument) {
  for (int I = 0; I < atoi(Argument); ++I)
    if (fork() == 0)
      crash();
  int Status, Crashed = 0;
  while (wait(&Status) > 0)
    Crashed += WTERMSIG(Status) == SIGSEGV;
  printf("%d\n", Crashed);
  return 35;
}

static int traced(const char *Argument) {
  if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
    return 97;
  raise(atoi(Argument));
  return 36;
}

/// The system's word on the parent; libc's is the parent of remote-run.
static int remoteRun(void) {
  int Parent = 0;
  FILE *File = fopen("/proc/self/stat", "r");
  if (!File || fscanf(File, "%*d (%*[^)]) %*c %d", &Parent) != 1)
    _exit(99);
  fclose(File);
  return Parent;
}

static int killParent(const char *Argument) {
  kill(remoteRun(), atoi(Argument));
  return 37;
}

/// Of a parent that is gone nobody takes the status; nor does this one end by
/// itself.
static int killParentAndStay(const char *Argument) {
  kill(remoteRun(), atoi(Argument));
  linger();
  return 98;
}

static int becomeAnother(const char *Argument) {
  for (int Number = 0; Number < 1024; ++Number)
    close(Number);
  execl("/bin/sh", "sh", "-c", Argument, (char *)NULL);
  return 98;
}

/// A child of its own lets it go on, alone or with its whole group; nobody else
/// knows that it had stopped.
static int stopped(const char *Argument) {
  pid_t Self = getpid();
  pid_t Child = fork();
  if (Child == 0) {
    char Path[32], Text[256];
    sprintf(Path, "/proc/%d/stat", (int)Self);
    do {
      int File = open(Path, O_RDONLY);
      Text[read(File, Text, sizeof(Text) - 1)] = 0;
      close(File);
    } while (strrchr(Text, ')')[2] != 'T');
    kill(*Argument ? Self : -getpgrp(), SIGCONT);
    _exit(0);
  }
  raise(SIGSTOP);
  waitpid(Child, NULL, 0);
  return 38;
}

/// Nobody lets it go on.
static int stopForEver(const char *Argument) {
  (void)Argument;
  for (;;)
    raise(SIGSTOP);
}

int main(int Count, char **Arguments) {
  static const struct Way Ways[] = {{"children", children},
                                    {"family", family},
                                    {"bomb", bomb},
                                    {"daemons", daemons},
                                    {"crash-with-daemon", crashWithDaemon},
                                    {"family-with-daemons", familyWithDaemons},
                                    {"family-in-own-group", familyInOwnGroup},
                                    {"own-group", ownGroup},
                                    {"own-session", ownSession},
                                    {"vforked", vforked},
                                    {"forked-crashes", forkedCrashes},
                                    {"traced", traced},
                                    {"kill-parent", killParent},
                                    {"kill-parent-and-stay", killParentAndStay},
                                    {"become-another", becomeAnother},
                                    {"stopped", stopped},
                                    {"stop-for-ever", stopForEver},
                                    {NULL, NULL}};
  return go(Ways, Count, Arguments);
}
