#!/usr/bin/env python3
"""Runs a program of each target into limits.

  limits.py --run REMOTE_RUN --clang CLANG --folder FOLDER TARGET,...
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

HERE = pathlib.Path(__file__).resolve().parent
TIMED_OUT = 124
# qemu-user reserves all of a 32-bit program's address space before it starts.
UNLIMITED_MEMORY = ("arm-linux-gnueabihf",)


def of(number):
    return -number


# Options, arguments and the status of setrlimit(2) and remote-run's table.
CASES = [
    ([], "m 600", 0),
    (["--limit-memory=256M"], "m 600", 3),
    (["--limit-memory=256M"], "m 100", 0),
    ([], "s 1000", 0),
    (["--limit-stack=1M"], "s 1000", of(signal.SIGSEGV)),
    (["--limit-stack=1M"], "s 100", 0),
    (["--limit-cpu=1"], "c", of(signal.SIGXCPU)),
    (["--limit-fsize=100K"], "f", of(signal.SIGXFSZ)),
    (["--limit-nofile=50"], "n", 3),
    (["--timeout=1", "--kill-after=0.1"], "t", TIMED_OUT),
    (["--timeout=1", "--kill-after=0.1", "--stdio=forward"], "t", TIMED_OUT),
    (["--limit-cpu=1", "--stdio=forward"], "c", of(signal.SIGXCPU)),
]


def main():
    parser = argparse.ArgumentParser()
    for name in ("--run", "--clang", "--folder"):
        parser.add_argument(name, required=True)
    parser.add_argument("targets")
    options = parser.parse_args()
    wrong = 0
    for target in options.targets.split(","):
        program = pathlib.Path(options.folder) / (target + ".bc")
        subprocess.run([options.clang, "--target=" + target, "-O1", "-w",
                        "-isystem", "/usr/%s/include" % target, "-emit-llvm",
                        "-c", HERE / "limits.c", "-o", program], check=True)
        for limits, arguments, status in CASES:
            if target in UNLIMITED_MEMORY and "--limit-memory=256M" in limits:
                continue
            done = subprocess.run([options.run, *limits, program,
                                   *arguments.split()], cwd=options.folder,
                                  stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=TIME_LIMIT)
            if done.returncode != status:
                wrong += 1
                print(target, limits, arguments, "status", done.returncode,
                      "not", status, done.stderr[-500:], file=sys.stderr)
    sys.exit(wrong != 0)


main()
