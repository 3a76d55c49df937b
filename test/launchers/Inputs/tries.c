/// Tries what its first argument names; 0 if it could.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int outcome(const char *what, int result) {
  printf("%s: %s\n", what, result < 0 ? strerror(errno) : "done");
  return result < 0;
}

static int connectTo(const char *port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(atoi(port))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&address,
                 sizeof address);
}

int main(int argc, char **argv) {
  const char *mode = argv[1];
  if (!strcmp(mode, "write"))
    return outcome(mode, open(argv[2], O_WRONLY | O_CREAT, 0600));
  if (!strcmp(mode, "connect"))
    return outcome(mode, connectTo(argv[2]));
  if (!strcmp(mode, "status"))
    return atoi(argv[2]);
  if (!strcmp(mode, "abort"))
    abort();
  if (!strcmp(mode, "descriptors")) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    printf("%ld descriptors\n", (long)limit.rlim_cur);
    return 0;
  }
  if (!strcmp(mode, "nice"))
    return getpriority(PRIO_PROCESS, 0);
  if (!strcmp(mode, "read-freed")) {
    int *memory = malloc(40);
    volatile int index = 10;
    return memory[index] == 1234567;
  }
  printf("ready\n");
  fflush(stdout);
  pause();
  return 1;
}
