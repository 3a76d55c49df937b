"""wrap.py FILE COMMAND...: writes FILE, a program that is COMMAND with more
arguments, for those who start remote-run by one name."""

import os
import shlex
import sys


def write(path, command):
    with open(path, "w") as script:
        script.write("#!/bin/sh\nexec %s \"$@\"\n" % shlex.join(command))
    os.chmod(path, 0o755)


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2:])
