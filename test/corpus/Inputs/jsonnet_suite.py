#!/usr/bin/env python3
"""Puts the programs of Jsonnet's own test suite into one, and checks what it gives.

  jsonnet_suite.py join SUITE FILE    write a program that imports all of them
  jsonnet_suite.py check SUITE OUT    each file of OUT is what the suite expects

The joined program is an object with a field for each program, so that jsonnet -m
writes one file for each into OUT. Programs that shall fail are not among them,
nor those that take arguments, which are functions and no values.
"""

import os
import sys


def programs(suite):
    if not os.path.isdir(suite):
        sys.exit("%s is not there: run utils/corpus first" % suite)
    # What trace.jsonnet is expected to give includes standard error.
    return [name for name in sorted(os.listdir(suite))
            if name.endswith(".jsonnet") and name != "trace.jsonnet" and
            not name.startswith(("error.", "tla."))]


def join(suite, target):
    with open(target, "w") as file:
        file.write("{\n")
        for name in programs(suite):
            file.write("  '%s': import '%s',\n" % (name, name))
        file.write("}\n")


def contents(path):
    with open(path) as file:
        return file.read()


def check(suite, out):
    names = programs(suite)
    if sorted(os.listdir(out)) != names:
        sys.exit("other files than programs: %s" %
                 (set(os.listdir(out)) ^ set(names)))
    for name in names:
        golden = os.path.join(suite, name + ".golden")
        expected = contents(golden) if os.path.exists(golden) else "true"
        got = contents(os.path.join(out, name))
        if got.strip() != expected.strip():
            sys.exit("%s: got %r, expected %r" % (name, got, expected))
    print("%d programs as expected" % len(names))


def main():
    {"join": join, "check": check}[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
