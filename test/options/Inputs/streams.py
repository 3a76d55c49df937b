#!/usr/bin/env python3
"""Runs a command, and prints what it wrote by stream, and its exit status."""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL,
                      capture_output=True, timeout=TIME_LIMIT)
for name, data in ("out", done.stdout), ("err", done.stderr):
    for line in data.decode(errors="backslashreplace").splitlines():
        print("%s: %s" % (name, line))
print("status: %d" % done.returncode)
