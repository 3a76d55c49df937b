// Does the guest inherit what a process inherits: limits, umask, working
// directory, niceness, credentials, scheduling?
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --umask 027 --nice 3 --chdir / \
// RUN:   --limit CORE=0 --limit NOFILE=50 --limit STACK=4194304 --limit FSIZE=1000000 --limit MEMLOCK=65536" %s
// RUN: %same --levels 0 --status 0 %s

#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
  for (int which = 0; which < RLIM_NLIMITS; ++which) {
    struct rlimit limit;
    getrlimit(which, &limit);
    printf("limit %d: %lx %lx\n", which, (long)limit.rlim_cur,
           (long)limit.rlim_max);
  }
  printf("umask %o\n", umask(0));
  printf("nice %d\n", getpriority(PRIO_PROCESS, 0));
  printf("directory %s\n", get_current_dir_name());
  printf("ids %d %d %d %d\n", getuid(), geteuid(), getgid(), getegid());
  printf("group %d, session %d\n", getpgrp(), getsid(0));
  printf("policy %d\n", sched_getscheduler(0));
  printf("personality %x\n", personality(0xffffffff));
  cpu_set_t cpus;
  sched_getaffinity(0, sizeof(cpus), &cpus);
  printf("processors %d\n", CPU_COUNT(&cpus));
  return 0;
}
