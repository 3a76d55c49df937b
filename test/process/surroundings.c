// Does a program find everything around it as natively, in every manner: directly,
// by a launcher, at a far end, and uploaded to it?
//
// PR_SET_TIMERSLACK, PR_SET_THP_DISABLE, PR_SET_NO_NEW_PRIVS; the rest has names.
// UNSUPPORTED: sanitized-executor
// DEFINE: %{block} = --block USR2,WINCH
// DEFINE: %{odd} = "choom -n 100 -- taskset 1 chrt -b 0 ionice -c 3 %tools/start.py --umask 027 --nice 3 \
// DEFINE:   --chdir / --open 3,77 --limit CORE=0 --limit STACK=4194304 --limit FSIZE=1000000 --limit MEMLOCK=65536 \
// DEFINE:   --ignore PIPE,HUP,USR1 %{block} --prctl 29=70000 --prctl 41=1 --prctl 38=1 --write coredump_filter=0x11 \
// DEFINE:   --session"
// DEFINE: %{remote} =
// DEFINE: %{manner} = direct
// DEFINE: %{plain} = %same --levels 0 --status 0 --remote="%{remote}" %s -- %{manner}
// DEFINE: %{changed} = %same --levels 0 --status 0 --under %{odd} --remote="%{remote}" %s -- %{manner}
// RUN: %{plain}
// RUN: %{changed}
// REDEFINE: %{remote} = --launcher=env
// REDEFINE: %{manner} = launched
// RUN: %{plain}
// RUN: %{changed}
// REDEFINE: %{remote} = --timeout=1h
// REDEFINE: %{manner} = group
// RUN: %{plain}
// RUN: %{changed}
// REDEFINE: %{remote} = --stdio=forward
// REDEFINE: %{manner} = forwarded
// RUN: %{plain}
// RUN: %{changed}
// REDEFINE: %{remote} = --stdio=forward --launcher=env --remote-stub-path=%remote-stub
// RUN: %{plain}
// RUN: %{changed}
// A shell blocks nothing that its child could inherit.
// REDEFINE: %{block} =
// REDEFINE: %{remote} = --stdio=forward --launcher=env
// RUN: %{plain}
// RUN: %{changed}

#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

extern char **environ;

static int startsWith(const char *text, const char *const *prefixes) {
  for (; *prefixes; ++prefixes)
    if (!strncmp(text, *prefixes, strlen(*prefixes)))
      return 1;
  return 0;
}

static void showLimits(void) {
  for (int which = 0; which < RLIM_NLIMITS; ++which) {
    struct rlimit limit;
    getrlimit(which, &limit);
    printf("limit %d: %lx %lx\n", which, (long)limit.rlim_cur,
           (long)limit.rlim_max);
  }
}

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/// A shell may have set some of its own, and in another order.
static void showEnvironment(void) {
  static const char *const ofShells[] = {"PWD=", "OLDPWD=", "SHLVL=", "_=", 0};
  size_t count = 0;
  while (environ[count])
    ++count;
  qsort(environ, count, sizeof *environ, compare);
  for (size_t i = 0; i != count; ++i)
    if (!startsWith(environ[i], ofShells))
      printf("%s\n", environ[i]);
}

static void showIdentity(void) {
  uid_t users[3];
  gid_t groups[3], others[64];
  getresuid(&users[0], &users[1], &users[2]);
  getresgid(&groups[0], &groups[1], &groups[2]);
  printf("users %d %d %d, groups %d %d %d:", users[0], users[1], users[2],
         groups[0], groups[1], groups[2]);
  int count = getgroups(64, others);
  for (int i = 0; i < count; ++i)
    printf(" %d", others[i]);
  printf("\nsecure %ld %ld\n", getauxval(AT_SECURE), getauxval(AT_EUID));
}

static void showScheduling(void) {
  struct sched_param parameters;
  sched_getparam(0, &parameters);
  printf("nice %d, policy %d %d, io %ld\n", getpriority(PRIO_PROCESS, 0),
         sched_getscheduler(0), parameters.sched_priority,
         syscall(SYS_ioprio_get, 1, 0));
  cpu_set_t processors;
  CPU_ZERO(&processors);
  sched_getaffinity(0, sizeof processors, &processors);
  for (unsigned i = 0; i != CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &processors))
      printf("processor %u\n", i);
}

static void showAttributes(void) {
  // What prctl(2) tells as its result.
  static const int questions[] = {
      PR_GET_DUMPABLE,     PR_GET_KEEPCAPS,      PR_GET_SECCOMP,
      PR_GET_SECUREBITS,   PR_GET_TIMERSLACK,    PR_GET_NO_NEW_PRIVS,
      PR_GET_THP_DISABLE,  PR_MCE_KILL_GET,      PR_GET_TIMING,
      PR_GET_IO_FLUSHER,   66 /* PR_GET_MDWE */, PR_GET_SPECULATION_CTRL};
  for (unsigned i = 0; i != sizeof questions / sizeof *questions; ++i)
    printf("prctl %d: %d\n", questions[i], prctl(questions[i], 0, 0, 0, 0));
  int reaper = -1;
  prctl(PR_GET_CHILD_SUBREAPER, &reaper);
  printf("subreaper %d, personality %x\n", reaper, personality(0xffffffff));
  for (int which = ITIMER_REAL; which <= ITIMER_PROF; ++which) {
    struct itimerval timer;
    getitimer(which, &timer);
    printf("timer %d: %d\n", which, timer.it_value.tv_sec != 0);
  }
}

static void showDescriptors(int ofStreams) {
  for (int number = ofStreams ? 0 : 3; number != 1024; ++number) {
    int flags = fcntl(number, F_GETFD);
    struct stat status;
    if (flags < 0 || fstat(number, &status) != 0)
      continue;
    printf("descriptor %d: %x %x, type %o, device %lx\n", number, flags,
           fcntl(number, F_GETFL), status.st_mode & S_IFMT,
           (long)status.st_rdev);
  }
}

static void showSignals(void) {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
      printf("signal %d is %s\n", number,
             action.sa_handler == SIG_IGN ? "ignored" : "handled");
  }
  stack_t stack;
  sigaltstack(NULL, &stack);
  printf("alternate stack %d\n", stack.ss_flags);
}

static void showFile(const char *name) {
  char path[64], line[4096];
  snprintf(path, sizeof path, "/proc/self/%s", name);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file))
    printf("%s: %s", name, line);
  if (file)
    fclose(file);
}

/// All but numbers of processes, what was used, and what README.md says.
static void showStatus(void) {
  static const char *const changing[] = {
      "Tgid:",  "Pid:",   "PPid:", "NStgid:", "NSpid:", "NSpgid:", "NSsid:",
      "Vm",     "Rss",    "SigQ:", "FDSize:", "SigCgt:", "voluntary",
      "nonvoluntary", "x86_Thread", 0};
  FILE *file = fopen("/proc/self/status", "r");
  for (char line[8192]; fgets(line, sizeof line, file);)
    if (!startsWith(line, changing))
      fputs(line, stdout);
  fclose(file);
}

static void showLinks(void) {
  static const char *const names[] = {"cwd",    "root",   "ns/cgroup", "ns/ipc",
                                      "ns/mnt", "ns/net", "ns/pid",    "ns/user",
                                      "ns/uts", "ns/time"};
  for (unsigned i = 0; i != sizeof names / sizeof *names; ++i) {
    char path[64], target[4096] = "";
    snprintf(path, sizeof path, "/proc/self/%s", names[i]);
    readlink(path, target, sizeof target - 1);
    printf("%s: %s\n", names[i], target);
  }
}

/// Numbers of processes differ from one run to the next, but not who is who.
static void showProcesses(int isInGroup) {
  // Of proc_pid_stat(5): the parent, which may be remote-run, and leads in our place;
  // the terminal, and the signal of its end.
  char text[4096] = "", state;
  FILE *file = fopen("/proc/self/stat", "r");
  fread(text, 1, sizeof text - 1, file);
  fclose(file);
  int parent, group, session, terminal;
  sscanf(strrchr(text, ')') + 1, " %c %d %d %d %d", &state, &parent, &group,
         &session, &terminal);
  printf("session of its parent: %d\n",
         session == getsid(parent) || session == getpid());
  if (isInGroup)
    printf("group of its parent: %d\n",
           group == getpgid(parent) || group == getpid());
  const char *field = strrchr(text, ')') + 1;
  for (int number = 3; number != 38; ++number)
    field = strchr(field + 1, ' ');
  printf("terminal %d, signal of its end %d\n", terminal, atoi(field));
}

int main(int argc, char **argv) {
  const char *manner = argv[1];
  printf("umask %o\n", umask(0));
  showLimits();
  showEnvironment();
  showIdentity();
  showScheduling();
  showAttributes();
  showDescriptors(strcmp(manner, "forwarded"));
  showSignals();
  showStatus();
  showLinks();
  showProcesses(!strcmp(manner, "direct") || !strcmp(manner, "launched"));
  static const char *const files[] = {
      "oom_score_adj", "coredump_filter", "loginuid",     "sessionid", "cgroup",
      "uid_map",       "gid_map",         "setgroups",    "comm",
      "cpuset",        "attr/current"};
  for (unsigned i = 0; i != sizeof files / sizeof *files; ++i)
    showFile(files[i]);
  // A launcher has started the executor by its name.
  if (strcmp(manner, "launched"))
    showFile("cmdline");
  return 0;
}
