#!/usr/bin/env python3
"""Stands in for remote-run in tests of the framework; --case says as what.

$TOY_LOG gets a line for each call: the case, and the number of the process that
is to be ended. As the case $TOY_BLOCK it never ends.
"""

import os
import signal
import sys

case = next(argument[len("--case="):] for argument in sys.argv
            if argument.startswith("--case="))


def log(number):
    if "TOY_LOG" in os.environ:
        with open(os.environ["TOY_LOG"], "a", encoding="utf-8") as file:
            file.write("%s %d\n" % (case, number))


def wait_for_ever():
    while True:
        signal.pause()


if case == "leaves-a-child":
    child = os.fork()
    if child == 0:
        wait_for_ever()
    log(child)
else:
    log(os.getpid())
if case == "hangs" or case == os.environ.get("TOY_BLOCK"):
    wait_for_ever()
sys.stdout.write("lies\n" if case == "other-output" else "output\n")
sys.stdout.flush()
sys.stderr.write("" if case == "other-errors" else "errors\n")
sys.stderr.flush()
if case == "dies":
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit(7 if case == "other-status" else 0)
