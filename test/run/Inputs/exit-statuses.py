"""exit-statuses.py CLANG REMOTE-RUN SCRATCH: see exit-statuses.test."""

import subprocess
import sys

SOURCE = """
#include <stdlib.h>
int main(int argc, char **argv) {
  int status = atoi(argv[2]);
  switch (argv[1][0]) {
  case 'r': return status;
  case 'e': exit(status);
  case '_': _Exit(status);
  default: quick_exit(status);
  }
}
"""


def main():
    clang, remote_run, bitcode = sys.argv[1:]
    subprocess.run([clang, "-x", "c", "-", "-c", "-emit-llvm", "-o", bitcode],
                   input=SOURCE.encode(), check=True)
    # All from one way out; from the others what has a meaning to shells or
    # does not fit in a byte.
    special = [0, 1, 2, 124, 125, 126, 127, 128, 129, 134, 139, 255, 256, 257,
               -1, -128, 65536, 2147483647]
    cases = [("return", status) for status in range(256)]
    cases += [(way, status) for way in ("return", "exit", "_exit", "quick")
              for status in special]
    for way, status in cases:
        done = subprocess.run([remote_run, bitcode, way, str(status)],
                              capture_output=True)
        assert done.returncode == status & 0xff, (way, status, done)
        assert (done.stdout, done.stderr) == (b"", b""), (way, status, done)


if __name__ == "__main__":
    main()
