"""Stops the far end of a forwarded session, and wants remote-run to end.

  silent.py REMOTE-RUN PROGRAM
"""

import os
import re
import select
import signal
import subprocess
import sys
import time

PATIENCE = ["--executor-timeout=2"]
SAYS = (rb"remote-run: error: executor '.*remote-stub' did not answer to a "
        rb"signal for \d+ ms while the program ran\n")
TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2


def start(remote_run, program, *options):
    """remote-run, and the processes at the far end."""
    run = subprocess.Popen(
        [remote_run, "--stdio=forward", *options, program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return run, [int(word) for word in run.stdout.readline().split()]


def finish(what, run, processes, status, says):
    _, errors = run.communicate(timeout=TIME_LIMIT)
    if run.returncode != status or not re.fullmatch(says, errors):
        sys.exit("%s: status %d, %r" % (what, run.returncode, errors))
    for process in processes:
        # A descriptor for it is readable when it has ended.
        try:
            watched = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        if not select.select([watched], [], [], TIME_LIMIT)[0]:
            sys.exit("%s: process %d is still there" % (what, process))


def main():
    remote_run, program = sys.argv[1:]
    run, far = start(remote_run, program, *PATIENCE)
    run.send_signal(signal.SIGINT)
    finish("a program that says nothing", run, far, 7, b"")

    run, far = start(remote_run, program, *PATIENCE)
    os.kill(far[0], signal.SIGSTOP)
    run.send_signal(signal.SIGTERM)
    finish("one signal", run, far, 125, SAYS)

    # Its patience is a minute: nobody wants to wait for that.
    run, far = start(remote_run, program)
    os.kill(far[0], signal.SIGSTOP)
    while run.poll() is None:
        run.send_signal(signal.SIGINT)
        time.sleep(0.05)
    finish("many signals", run, far, 125, SAYS)


if __name__ == "__main__":
    main()
