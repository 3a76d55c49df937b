#!/usr/bin/env python3
"""Gives a command its IR through a pipe, in small pieces.

  piped.py IR COMMAND...

The program, arguments.c, must find standard input at its end, as it would
behind any other reader.
"""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

ir, *command = sys.argv[1:]
process = subprocess.Popen(command, stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
data = open(ir, "rb").read()
for start in range(0, len(data), 1000):
    process.stdin.write(data[start:start + 1000])
    process.stdin.flush()
output, _ = process.communicate(timeout=TIME_LIMIT)
if (process.returncode, output) != (0, b"[-]\n"):
    sys.exit("got %d, %r" % (process.returncode, output))
