#!/usr/bin/env python3
"""Runs a program on a terminal of its own, and copies what it shows.

  on-terminal.py [--input=TEXT] [--after=TEXT] PROGRAM [arguments...]

The program leads a session whose controlling terminal is a new pseudo-terminal
of 33 rows and 77 columns. TEXT is typed once the program has shown the text of
--after; escapes such as \\n and \\x03 are those of Python. Prints what came out
of the terminal, and ends as the program did, of its signal too.
"""

import argparse
import fcntl
import os
import pty
import resource
import select
import signal
import struct
import sys
import termios
import time

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 4


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", default="")
    parser.add_argument("--after", default="")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    for name in ("input", "after"):
        text = getattr(options, name).encode().decode("unicode_escape")
        setattr(options, name, text.encode())
    return options


def start(command):
    child, terminal = pty.fork()
    if child == 0:
        # A shell ignores the keys' signals for what it runs in the background,
        # and the interpreter SIGPIPE for its own sake.
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
        os.execv(command[0], command)
    return child, terminal


def converse(terminal, options):
    """Returns what was shown until the last holder of the terminal ended."""
    shown, typed = b"", False
    end = time.monotonic() + TIME_LIMIT
    while True:
        if not typed and options.after in shown:
            os.write(terminal, options.input)
            typed = True
        if not select.select([terminal], [], [], end - time.monotonic())[0]:
            sys.exit("no end of output; so far: %r" % shown)
        try:
            more = os.read(terminal, 4096)
        except OSError:  # EIO: nobody holds the other side.
            return shown
        if not more:
            return shown
        shown += more


def main():
    options = parse_arguments()
    child, terminal = start(options.command)
    shown = converse(terminal, options)
    sys.stdout.buffer.write(shown)
    sys.stdout.flush()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if status != -signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == "__main__":
    main()
