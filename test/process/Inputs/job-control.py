"""job-control.py PROGRAM...: continues the program each time that it stops."""

import os
import signal
import subprocess
import sys

# A group of its own whose parent is in another group of the same session, as a
# shell makes it: in an orphaned group, SIGTSTP is discarded (POSIX 11.1.4).
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE,
                           preexec_fn=os.setpgrp)
signal.alarm(int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2)
stops = 0
while True:
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        break
    stops += 1
    os.kill(process.pid, signal.SIGCONT)
output = process.stdout.read()
assert output == b"".join(b"went on %d\n" % i for i in range(5)), output
assert stops == 5, stops
assert os.waitstatus_to_exitcode(status) == 17, status
