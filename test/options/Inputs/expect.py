#!/usr/bin/env python3
"""Runs a command, and demands its exit status and all of its standard output.

  expect.py STATUS OUTPUT COMMAND...

OUTPUT is a Python string without quotes ("a\\n"). Standard error must be empty.
"""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

status, output, *command = sys.argv[1:]
want = (int(status), output.encode().decode("unicode_escape").encode(), b"")
done = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT)
if (done.returncode, done.stdout, done.stderr) != want:
    sys.exit("%s:\nexpected %r\ngot %r" %
             (command, want, (done.returncode, done.stdout, done.stderr)))
