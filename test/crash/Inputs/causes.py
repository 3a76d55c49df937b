#!/usr/bin/env python3
"""Runs each case of a program and looks for the cause that its report names.

  causes.py SOURCE COMMAND...

A case is a line "case N:" of the source, its cause what stands behind "//"
there; "*" in it is anything. N is the program's argument.
"""

import fnmatch
import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

CASE = re.compile(r"^\s*case (\d+):.*// (.*)$", re.MULTILINE)
DIAGNOSTIC = re.compile(r"^remote-run: error: program '.*' was killed by "
                        r"signal (\d+) \([^)]*\)(?:: (.*))?$", re.MULTILINE)


def problem(command, number, expected):
    """What is wrong with the report of the case, or nothing."""
    done = subprocess.run([*command, number], stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, errors="replace",
                          timeout=TIME_LIMIT)
    said = DIAGNOSTIC.findall(done.stderr)
    if len(said) != 1:
        return "%d diagnostics: %s" % (len(said), done.stderr)
    signal, cause = said[0]
    if done.returncode != -int(signal):
        return "status %d" % done.returncode
    # Brackets have a meaning in patterns.
    if not fnmatch.fnmatchcase(cause, expected.replace("[", "[[]")):
        return "%r in place of %r:\n%s" % (cause, expected, done.stderr)
    return ""


def main():
    source, *command = sys.argv[1:]
    with open(source) as file:
        cases = CASE.findall(file.read())
    wrong = 0
    for number, expected in cases:
        if found := problem(command, number, expected):
            print("case %s: %s" % (number, found))
            wrong += 1
    print("%d of %d causes are right" % (len(cases) - wrong, len(cases)))
    return wrong != 0 or not cases


if __name__ == "__main__":
    sys.exit(main())
