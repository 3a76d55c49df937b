#!/usr/bin/env python3
"""Runs a command of remote-run that must refuse, and prints what it said.

Refusing is: exit status 125, nothing on standard output, and exactly one
diagnostic of remote-run's on standard error.
"""

import re
import subprocess
import sys

done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL,
                      capture_output=True, timeout=120)
errors = done.stderr.decode(errors="replace")
diagnostics = len(re.findall("^remote-run: error: ", errors, re.M))
sys.stdout.write(errors)
if done.returncode != 125 or done.stdout or diagnostics != 1 or \
        not errors.startswith("remote-run: error: "):
    sys.exit("expected status 125 and one diagnostic: status %d, stdout %r, "
             "stderr %r" % (done.returncode, done.stdout, errors))
