#!/usr/bin/env python3
"""Runs a command of remote-run with the cache manager: a hit or a miss?

  cached.py hit|miss|damaged|unwritable OBJECT COMMAND...

The program is hello.ll, changed; it always ends with 3 and calls itself by the
command's last argument.

hit: the object file stays as it is. miss: another object takes its place, and
the next run is a hit. damaged: whatever is in the object's file, the program is
the same, and a good object replaces it. unwritable: the program runs, and a
warning says what could not be written.
"""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

what, path, *command = sys.argv[1:]


def run(may_warn=False):
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
    if done.returncode != 3 or not may_warn and done.stderr or \
            "1, called %s.\n" % command[-1] not in done.stdout:
        sys.exit("%s: %s" % (command, done))
    return done


def identity():
    status = os.stat(path)
    return status.st_ino, status.st_mtime_ns, status.st_size


def read():
    with open(path, "rb") as file:
        return file.read()


if what == "unwritable":
    errors = run(may_warn=True).stderr
    if not errors.startswith("remote-run: warning: ") or path not in errors \
            or errors.count("\n") != 1:
        sys.exit("expected one warning that names %s: %r" % (path, errors))
elif what == "hit":
    before = identity()
    run()
    if identity() != before:
        sys.exit("the object was written again")
elif what == "miss":
    before = read()
    run()
    if read() == before:
        sys.exit("the object stayed")
    before = identity()
    run()
    if identity() != before:
        sys.exit("the new object was not used")
elif what == "damaged":
    output = run().stdout
    good = read()
    foreign = bytearray(good)
    foreign[-1] ^= 1
    for data in (b"", good[:-1], good[:100], good + b"x", b"\x00" * len(good),
                 bytes(foreign)):
        with open(path, "wb") as file:
            file.write(data)
        if run().stdout != output:
            sys.exit("ran something else with %d bytes" % len(data))
        if read() != good:
            sys.exit("kept %d damaged bytes" % len(data))
