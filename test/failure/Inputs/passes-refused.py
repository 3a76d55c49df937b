"""Runs a command of remote-passes that must refuse, and prints what it said.

  passes-refused.py COMMAND...

Refusing is: exit status 1, nothing on standard output, and one line of
remote-passes' on standard error, with indented ones below where LLVM failed. Standard input is
the command's.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

done = subprocess.run(sys.argv[1:], capture_output=True, timeout=TIME_LIMIT)
errors = done.stderr.decode()
sys.stdout.write(errors)
if done.returncode != 1 or done.stdout or \
        not re.fullmatch(r"remote-passes: error: .+\n(  \S.*\n)*", errors):
    sys.exit("expected status 1 and one line: status %d, stdout %r, stderr %r"
             % (done.returncode, done.stdout, errors))
