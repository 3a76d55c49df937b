// Do exec, posix_spawn, system and popen work, with the guest's environment and
// without anything of ours?
// RUN: %same %s \
// RUN:   --case "3 exec" --case "4 vfork" --case "5 spawn" \
// RUN:   --case "6 system" --case "7 popen" --case "8 thread"
// RUN: %same --levels 0 %s \
// RUN:   --case "-15 signal"

#define _GNU_SOURCE
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int statusOf(pid_t child) {
  int status;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

static void *execInThread(void *unused) {
  execlp("sh", "sh", "-c", "echo from a thread; exit 8", NULL);
  return NULL;
}

int main(int argc, char **argv) {
  setenv("FROM_GUEST", "yes", 1);
  printf("buffered before\n");
  fflush(stdout);
  switch (argv[1][0] << 8 | argv[1][1]) {
  case 'e' << 8 | 'x':
    execl("/bin/sh", "sh", "-c",
          "echo $FROM_GUEST $REMOTE_RUN_EXECUTOR; ls /proc/self/fd; exit 3",
          NULL);
    return 1;
  case 'v' << 8 | 'f': {
    pid_t child = vfork();
    if (child == 0) {
      execl("/bin/sh", "sh", "-c", "echo in the child; exit 4", NULL);
      _exit(1);
    }
    return statusOf(child);
  }
  case 's' << 8 | 'p': {
    pid_t child;
    char *words[] = {"sh", "-c", "echo $FROM_GUEST; exit 5", NULL};
    posix_spawnp(&child, "sh", NULL, NULL, words, environ);
    return statusOf(child);
  }
  case 's' << 8 | 'y': {
    int status = system("echo $FROM_GUEST; exit 6");
    return WEXITSTATUS(status);
  }
  case 'p' << 8 | 'o': {
    char text[64] = "";
    FILE *pipe = popen("read line; echo got $line 1>&2; exit 7", "w");
    fprintf(pipe, "a line\n");
    int status = pclose(pipe);
    pipe = popen("echo $FROM_GUEST", "r");
    fgets(text, sizeof(text), pipe);
    pclose(pipe);
    printf("popen: %s", text);
    return WEXITSTATUS(status);
  }
  case 't' << 8 | 'h': {
    pthread_t thread;
    pthread_create(&thread, NULL, execInThread, NULL);
    pause();
    return 1;
  }
  default:
    execl("/bin/sh", "sh", "-c", "kill -TERM $$", NULL);
    return 1;
  }
}
