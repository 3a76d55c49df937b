#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

__attribute__((constructor)) static void first(void) {
  DIR *folder = opendir("/proc/self/fd");
  for (struct dirent *entry; (entry = readdir(folder));)
    printf("%s ", entry->d_name);
  closedir(folder);
  FILE *status = fopen("/proc/self/status", "r");
  for (char line[256]; fgets(line, sizeof(line), status);)
    if (!strncmp(line, "SigPnd", 6) || !strncmp(line, "SigBlk", 6) ||
        !strncmp(line, "Threads", 7))
      printf("%s", line);
  fclose(status);
}

int main(void) {
  struct itimerval timer;
  getitimer(ITIMER_REAL, &timer);
  printf("%d\n", timer.it_value.tv_sec != 0);
  return 9;
}
