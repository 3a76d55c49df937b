// Does a program that executes itself run again: by each function that can do it and
// by each name that it has, with the arguments, environment, descriptors, folder and
// signals that it gives; and does its end arrive where it is waited for?
//
// DEFINE: %{options} =
// DEFINE: %{levels} = 0,2
// DEFINE: %{all} = %same --levels %{levels} --remote="%{options}" %s \
// DEFINE:   --case "3 execve,fexecve,execle,execl,execv,execve-call,execveat-call,thread,exit3" \
// DEFINE:   --case "4 fork-execve,fork-fexecve,fork-execl,vfork,spawn,spawnp,exit4" \
// DEFINE:   --case "5 own-execve,own-fork-execv,own-execvp,own-spawn,own-vfork,own-execve-call,exit5" \
// DEFINE:   --case "6 away,execve,own-fork-execve,removed,fork-execve,exit6" \
// DEFINE:   --case "7 descriptors,execve,spawn,fork-fexecve,exit7" \
// DEFINE:   --case "8 signals,execve,vfork,exit8" \
// DEFINE:   --case "9 nameless,exit9" --case "10 many,exit10" \
// DEFINE:   --case "139 fork-execve,segv" --case "-11 execve,execl,segv" \
// DEFINE:   --case "143 hangup" --case "11 missing,exit11"
// RUN: %{all}
// REDEFINE: %{options} = --stdio=forward
// RUN: %{all}
//
// What concerns the first run only is not done again, and all else is.
// REDEFINE: %{options} = -O3 --timeout=1h --kill-after=1s --cache=%t.cache --no-core --limit-nofile=2000 --limit-memory=8G --symbolize=names
// REDEFINE: %{levels} = 0
// RUN: %{all}
//
// The environment may hold anything, and what is said there of remote-run is the
// program's affair.
// RUN: %same --levels 0 --under "env -i REMOTE_RUN_OPTIONS=-O1 REMOTE_RUN_EXECUTOR=a A= PATH=/none" %s \
// RUN:   --case "3 execve,execl,fork-execv,exit3"

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *Path = "/proc/self/exe"; ///< Of what is executed.
static char *Arguments[8];
static char *Environment[] = {"STAGE=",
                              "REMOTE_RUN_OPTIONS=--no-such-option",
                              "REMOTE_RUN_CACHE=/dev/null/none",
                              "HOME=/nowhere",
                              "TWICE=1",
                              "TWICE=2",
                              NULL};

static void show(int argc, char **argv) {
  printf("%d arguments:", argc);
  for (int i = 0; i < argc && i < 8; ++i)
    printf(" '%s'", argv[i]);
  printf("\nenvironment:");
  for (char **each = environ; getenv("STAGE") && *each; ++each)
    printf(" '%s'", *each);
  char folder[4096] = "?";
  printf("\nfolder %s\n", getcwd(folder, sizeof folder) ? folder : "?");
  for (int number = 3; number != 1024; ++number) {
    char text[6] = "";
    if (fcntl(number, F_GETFD) < 0)
      continue;
    read(number, text, 5);
    printf("descriptor %d: %s, %x\n", number, text, fcntl(number, F_GETFD));
  }
  sigset_t blocked;
  sigprocmask(SIG_BLOCK, NULL, &blocked);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action = {0};
    sigaction(number, NULL, &action);
    if (sigismember(&blocked, number) == 1 || action.sa_handler != SIG_DFL)
      printf("signal %d: %d %d\n", number, sigismember(&blocked, number),
             action.sa_handler == SIG_IGN);
  }
  fflush(stdout);
}

static int statusOf(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  int result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  printf("%s %d\n", WIFEXITED(status) ? "exited" : "signaled", result);
  fflush(stdout);
  return result;
}

static void *executeInThread(void *unused) {
  (void)unused;
  execve(Path, Arguments, Environment);
  return NULL;
}

static void execute(const char *how) {
  if (!strcmp(how, "execve"))
    execve(Path, Arguments, Environment);
  else if (!strcmp(how, "fexecve"))
    fexecve(open(Path, O_RDONLY | O_CLOEXEC), Arguments, Environment);
  else if (!strcmp(how, "execle"))
    execle(Path, Arguments[0], Arguments[1], "listed", NULL, Environment);
  else if (!strcmp(how, "execl"))
    execl(Path, Arguments[0], Arguments[1], "listed", "too", NULL);
  else if (!strcmp(how, "execvp"))
    execvp(Path, Arguments);
  else if (!strcmp(how, "execve-call"))
    syscall(SYS_execve, Path, Arguments, Environment);
  else if (!strcmp(how, "execveat-call"))
    syscall(SYS_execveat, open("/", O_PATH | O_CLOEXEC),
            Path[0] == '/' ? Path + 1 : Path, Arguments, Environment, 0);
  else if (!strcmp(how, "execv")) {
    environ = Environment;
    execv(Path, Arguments);
  } else if (!strcmp(how, "thread")) {
    pthread_t thread;
    pthread_create(&thread, NULL, executeInThread, NULL);
    pthread_join(thread, NULL);
  }
  perror(how);
  _exit(99);
}

static int spawn(int isSearched) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, 1, 9);
  posix_spawn_file_actions_addopen(&actions, 5, "/dev/null", O_RDONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR2);
  posix_spawnattr_setsigmask(&attributes, &blocked);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = -1;
  int error = (isSearched ? posix_spawnp : posix_spawn)(
      &child, Path, &actions, &attributes, Arguments, Environment);
  if (error)
    printf("posix_spawn: %d\n", error);
  return statusOf(child);
}

/// Of a child that is sent a signal when it runs.
static int hangup(void) {
  int ends[2];
  pipe(ends);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 9);
    close(ends[0]);
    close(ends[1]);
    Arguments[1] = "wait";
    execute("execve");
  }
  char byte;
  close(ends[1]);
  read(ends[0], &byte, 1);
  kill(child, SIGTERM);
  return statusOf(child);
}

static int executeMany(void) {
  enum { Count = 20000 };
  static char *many[Count + 1];
  for (int i = 0; i != Count; ++i)
    many[i] = i < 2 ? Arguments[i] : "x";
  execve(Path, many, Environment);
  return 99;
}

/// Does what \p step says, and returns a status if that is the end.
static int take(const char *step) {
  if (!strncmp(step, "own-", 4)) {
    Path = Arguments[0];
    step += 4;
  }
  if (!strncmp(step, "exit", 4))
    return atoi(step + 4);
  if (!strcmp(step, "segv"))
    raise(SIGSEGV);
  if (!strcmp(step, "wait")) {
    write(9, "x", 1);
    pause();
  }
  if (!strcmp(step, "hangup"))
    return hangup();
  if (!strcmp(step, "many"))
    return executeMany();
  if (!strncmp(step, "spawn", 5))
    return spawn(step[5]);
  if (!strncmp(step, "fork-", 5)) {
    pid_t child = fork();
    if (child == 0)
      execute(step + 5);
    return statusOf(child);
  }
  if (!strcmp(step, "vfork")) {
    pid_t child = vfork();
    if (child == 0) {
      execve(Path, Arguments, Environment);
      _exit(98);
    }
    return statusOf(child);
  }
  if (!strcmp(step, "nameless")) {
    Arguments[0] = "";
    execute("execve");
  }
  if (!strcmp(step, "away"))
    chdir("/");
  else if (!strcmp(step, "removed")) {
    char name[] = "/tmp/start-again.XXXXXX";
    chdir(mkdtemp(name));
    rmdir(name);
  } else if (!strcmp(step, "descriptors")) {
    FILE *file = tmpfile();
    fputs("01234abcde56789fghij", file);
    rewind(file);
    dup2(fileno(file), 77);
    dup2(fileno(file), 1023);
    dup3(fileno(file), 1022, O_CLOEXEC);
    close(fileno(file));
    dup2(open("/dev/null", O_RDWR), 0);
  } else if (!strcmp(step, "signals")) {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigaddset(&blocked, SIGRTMIN + 3);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
  } else if (!strcmp(step, "missing")) {
    char name[] = "no/such/file";
    printf("%d %d ", execve(name, Arguments, Environment), errno);
    printf("%d %d ", execv((char *)16, Arguments), errno);
    printf("%d\n", posix_spawn(NULL, name, NULL, NULL, Arguments, environ));
  } else
    execute(step);
  return -1;
}

int main(int argc, char **argv) {
  show(argc, argv);
  char *arguments[] = {argv[0], NULL, "", "--help", "@file", "a b", NULL};
  memcpy(Arguments, arguments, sizeof arguments);
  for (char *step = argv[1];;) {
    size_t length = strcspn(step, ",");
    char word[64] = "";
    memcpy(word, step, length);
    step += length + (step[length] == ',');
    Arguments[1] = step;
    int status = take(word);
    if (status >= 0)
      return status;
  }
}
