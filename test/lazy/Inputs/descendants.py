"""Runs a command, and waits for all that it leaves behind:

  descendants.py [--kill=WORD] command...

With --kill, it is killed by SIGKILL when it has printed a line with that word. Says
how it ended, how many it left that went on then, and how those ended; that they
end at all is for the time limit of the test to see.
"""

import argparse
import ctypes
import os
import signal
import subprocess
import sys

PR_SET_CHILD_SUBREAPER = 36


def ending(status):
    code = os.waitstatus_to_exitcode(status)
    return "status %d" % code if code >= 0 else "signal %d" % -code


def going_on():
    """How many of our children have not ended."""
    with open("/proc/self/task/%d/children" % os.getpid()) as file:
        children = list(map(int, file.read().split()))
    ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return sum(os.waitid(os.P_PID, pid, ended) is None for pid in children)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kill")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    run = subprocess.Popen(options.command, bufsize=0,
                           stdout=subprocess.PIPE if options.kill else None)
    while options.kill:
        line = run.stdout.readline()
        if not line:
            sys.exit("it ended without the word")
        if options.kill.encode() in line:
            break
    if options.kill:
        os.kill(run.pid, signal.SIGKILL)
    left = []
    while True:
        # Any child may end first.
        try:
            pid, status = os.wait()
        except ChildProcessError:
            break
        if pid == run.pid:
            print("ended: %s, and %d went on" % (ending(status), going_on()),
                  flush=True)
        else:
            left.append(ending(status))
    for text in sorted(set(left)):
        print("left: %d with %s" % (left.count(text), text))


if __name__ == "__main__":
    main()
