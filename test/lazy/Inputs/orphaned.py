"""Runs a command that leaves a process behind, which goes on when it has ended:

  orphaned.py command...

Waits for the command alone, and then ends that process.
"""

import ctypes
import os
import signal
import subprocess
import sys

PR_SET_CHILD_SUBREAPER = 36

ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
status = subprocess.run(sys.argv[1:]).returncode
with open("/proc/self/task/%d/children" % os.getpid()) as file:
    left = list(map(int, file.read().split()))
for process in left:
    os.kill(process, signal.SIGKILL)
sys.exit("ended with %d, left %r" % (status, left)
         if status != 7 or len(left) != 1 else 0)
