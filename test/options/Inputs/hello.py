#!/usr/bin/env python3
"""Runs a command whose last argument is a copy of hello.ll: does it say hello?

Standard output, standard error and the exit status must be the program's, to
the byte.
"""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

command = sys.argv[1:]
name = command[-1]
want = (3, "hello\n1, called %s.\n" % name, "")
done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
if (done.returncode, done.stdout, done.stderr) != want:
    sys.exit("%s:\nexpected %r\ngot %r" %
             (command, want, (done.returncode, done.stdout, done.stderr)))
