"""daemon.py CLANG REMOTE-RUN SCRATCH: see daemon.test.

The grandchild waits for a line on a fifo and answers on another, so that no
clock decides whether it is alive.
"""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

SOURCE = r"""
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int keepsOutput = argv[3][0] == 'k';
  printf("started\n");
  fflush(stdout);
  pid_t child = fork();
  if (child != 0) {
    waitpid(child, NULL, 0);
    return 21;
  }
  setsid();
  if (fork() != 0)
    _exit(0);
  if (!keepsOutput)
    for (int i = 0; i < 3; ++i)
      dup2(open("/dev/null", O_RDWR), i);
  char c;
  read(open(argv[1], O_RDONLY), &c, 1);
  printf("still here\n");
  fflush(stdout);
  write(open(argv[2], O_WRONLY), &c, 1);
}
"""


def run_daemon(remote_run, bitcode, ask, answer, mode):
    process = subprocess.Popen([remote_run, bitcode, ask, answer, mode],
                               stdout=subprocess.PIPE)
    status = process.wait(timeout=TIME_LIMIT)
    assert status == 21, status
    with open(ask, "wb") as question:
        question.write(b"!")
    with open(answer, "rb") as reply:
        assert reply.read(1) == b"!"
    output = process.stdout.read()
    expected = b"started\n" + (b"still here\n" if mode == "keep" else b"")
    assert output == expected, output


def main():
    clang, remote_run, scratch = sys.argv[1:]
    subprocess.run([clang, "-x", "c", "-", "-c", "-emit-llvm", "-o",
                    scratch + ".bc"], input=SOURCE.encode(), check=True)
    for mode in ("keep", "close"):
        fifos = [scratch + ".ask." + mode, scratch + ".answer." + mode]
        for fifo in fifos:
            if os.path.exists(fifo):
                os.unlink(fifo)
            os.mkfifo(fifo)
        run_daemon(remote_run, scratch + ".bc", *fifos, mode)


if __name__ == "__main__":
    main()
