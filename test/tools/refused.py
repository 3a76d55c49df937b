#!/usr/bin/env python3
"""Runs a command of remote-run that must refuse, and prints what it said.

  refused.py [--status N] COMMAND...

Refusing is: exit status 125 or N, nothing on standard output, and nothing on
standard error but one diagnostic of remote-run's, of one or several lines.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

command = sys.argv[1:]
status = 125
if command[0] == "--status":
    status = int(command[1])
    command = command[2:]
done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                      timeout=TIME_LIMIT)
errors = done.stderr.decode(errors="replace")
sys.stdout.write(errors)
diagnostics = re.findall("^remote-run: ", errors, re.M)
if done.returncode != status or done.stdout or len(diagnostics) != 1 or \
        not re.match("remote-run: error: .", errors):
    sys.exit("expected status %d and one diagnostic: status %d, stdout %r, "
             "stderr %r" % (status, done.returncode, done.stdout, errors))
