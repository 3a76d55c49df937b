"""Ends programs that have started themselves again, in all ways.

  again.py REMOTE-RUN [options...]

In the current folder is again.c, compiled as prog.bc.
"""

import os
import signal
import subprocess
import sys
import time

COMMAND = sys.argv[1:]
EXE = "/proc/self/exe"
AGAIN = ["exec", EXE, "fork", EXE, "exec", EXE, "wait"]
DEAF = ["ignore", EXE, "exec", EXE, "wait"]
PATIENCE = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2
# Within which the program waits, having been compiled as often as it starts itself;
# an emulator takes longer for that.
TIMEOUT = "--timeout=" + ("30s" if "TEST_MACHINE" in os.environ else "3s")


class Run:
    """Under way, with a program that waits."""

    def __init__(self, options, arguments):
        # Whoever is left behind has this pipe open.
        self.lives, held = os.pipe()
        self.process = subprocess.Popen(
            COMMAND + options + ["prog.bc"] + arguments,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[held],
            start_new_session=True)
        os.close(held)
        line = self.process.stdout.readline()
        if line != b"waiting\n":
            sys.exit("no program: %r %r" % (line, self.process.communicate()))

    def end(self, what, status, says=b""):
        """It has ended with this status, and so have all others."""
        output, errors = self.process.communicate(timeout=PATIENCE)
        if self.process.returncode != status or says not in errors:
            sys.exit("%s: status %d, %r" %
                     (what, self.process.returncode, errors))
        deadline = time.monotonic() + PATIENCE
        os.set_blocking(self.lives, False)
        while True:
            try:
                os.read(self.lives, 1)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    sys.exit(what + ": something is left")
                time.sleep(0.01)
        os.close(self.lives)


def main():
    # It may be ignored here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The time may run out before anything else: what waits is long since there.
    Run([TIMEOUT, "--kill-after=300ms"], AGAIN).end(
        "time", 124, TIMEOUT.encode() + b" ran out while the program ran")
    Run([TIMEOUT, "--kill-after=300ms"], DEAF).end("deaf", 124)
    one = ["exec", EXE, "exec", EXE, "wait"]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        run = Run([], one)
        run.process.send_signal(number)
        run.end(number.name, -number)
    run = Run([], one)
    run.process.kill()
    run.end("killed", -signal.SIGKILL)
    run = Run([], DEAF)
    run.process.kill()
    run.end("deaf and killed", -signal.SIGKILL)
    # As by a terminal's key, to all at once.
    if "--stdio=forward" not in COMMAND:
        run = Run([], AGAIN)
        os.killpg(run.process.pid, signal.SIGINT)
        run.end("key", -signal.SIGINT)


if __name__ == "__main__":
    main()
