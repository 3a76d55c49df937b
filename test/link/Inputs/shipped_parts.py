#!/usr/bin/env python3
"""Ships a program whole and in parts: it may not grow by half.

  shipped_parts.py REMOTE_RUN FILE
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, file = sys.argv[1:]


def shipped(*options):
    done = subprocess.run([remote_run, "--stats", *options, file],
                          capture_output=True, text=True, timeout=TIME_LIMIT)
    found = re.search(r"bytes shipped +(\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit("%s: %s" % (options, done))
    return int(found.group(1))


whole = shipped()
for size in ("1", "10", "100"):
    parts = shipped("--part-size=" + size)
    if parts > 1.5 * whole:
        sys.exit("--part-size=%s: %d bytes, %d without parts" %
                 (size, parts, whole))
