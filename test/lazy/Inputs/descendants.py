"""Runs a command, and waits for all that it leaves behind:

  descendants.py [--kill=WORD] [--within=S] [--left-within=S] command...

With --kill, it is killed by SIGKILL when it has printed a line with that word. Says
how it ended, and how all others did. It has to end within so many seconds, and what
it leaves within so many more.
"""

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def ending(status):
    code = os.waitstatus_to_exitcode(status)
    return "status %d" % code if code >= 0 else "signal %d" % -code


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kill")
    parser.add_argument("--within", type=float, default=60)
    parser.add_argument("--left-within", type=float, default=60)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begin = time.monotonic()
    run = subprocess.Popen(options.command, bufsize=0,
                           stdout=subprocess.PIPE if options.kill else None)
    while options.kill:
        line = run.stdout.readline()
        if not line:
            sys.exit("it ended without the word")
        if options.kill.encode() in line:
            break
    if options.kill:
        begin = time.monotonic()
        os.kill(run.pid, signal.SIGKILL)
    # Any child may end first.
    signal.alarm(int(options.within + options.left_within) + 60)
    left, ended = [], None
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            break
        if pid == run.pid:
            ended = time.monotonic()
            print("ended: " + ending(status), flush=True)
        else:
            left.append(ending(status))
    now = time.monotonic()
    for text in sorted(set(left)):
        print("left: %d with %s" % (left.count(text), text))
    if ended - begin > options.within:
        sys.exit("it took %.2f s" % (ended - begin))
    if now - ended > options.left_within:
        sys.exit("what it left took %.2f s" % (now - ended))
    print("in time")


if __name__ == "__main__":
    main()
