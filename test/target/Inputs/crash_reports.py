"""Crashes a program on this machine and on others, and compares the reports.

  crash_reports.py <remote-run> <folder> <source> <target>[,<target>...] \
      <clang> [flags...]

A report is compared as far as it does not name what is of one machine: the
cause without addresses, and the program's own functions with their lines.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))
MANNERS = ((), ("--stdio=forward",))
CASES = ("write", "write-byte", "write-word", "write-long", "read", "file", "call", "overflow", "constant", "callback",
         "thread", "divide", "trap", "abort", "exception")
# What the reports of this machine must say, so that all are not wrong alike.
CAUSES = {
    "write": "null pointer write at ADDRESS",
    "write-byte": "null pointer write at ADDRESS",
    "write-word": "null pointer write at ADDRESS",
    "write-long": "null pointer write at ADDRESS",
    "read": "null pointer read at ADDRESS",
    "file": "read beyond the end of a mapped file at ADDRESS",
    "call": "call of a null pointer",
    "overflow": "stack overflow",
    "constant": "write to read-only data at ADDRESS ('Constant'+ADDRESS)",
    "callback": "null pointer write at ADDRESS",
    "thread": "null pointer write at ADDRESS",
    "divide": "integer division by zero",
    "trap": "__builtin_trap(), or code that is never to be reached",
    "abort": "abort() was called",
    "exception": "uncaught exception of type std::runtime_error: what it was"}


# Of which machines objects are of another kind of code than what IR becomes, and
# by which flags.
OBJECTS = {"arm-linux-gnueabihf": ["-mthumb", "-march=armv7-a+fp"]}

# On other machines the result of that is a number.
DIVISION_TRAPS = ("x86_64-linux-gnu", "s390x-linux-gnu")


def report(remote_run, options, program, how):
    """The cause, and the program's frames."""
    done = subprocess.run([remote_run, *options, program, how],
                          capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    cause, frames = "no report", []
    for line in done.stderr.splitlines():
        told = re.match(r"remote-run: error: .* was killed by signal "
                        r"\d+ \([^)]*\): (.*)", line)
        if told:
            cause = re.sub(r"0x[0-9a-f]+", "ADDRESS", told[1])
        frame = re.match(r"  #\d+ (.*) at [^ ]*crash\.cpp:(\d+)", line)
        if frame:
            frames.append((frame[1], int(frame[2])))
    # How far a stack went before it was full differs, and so does where in the
    # function that happened.
    if how == "overflow":
        frames = [frame[0] for frame in frames[:1]]
    return cause, frames


def main():
    remote_run, folder, source, targets, *clang = sys.argv[1:]
    reports = {}
    for target in ["x86_64-linux-gnu", *targets.split(",")]:
        program = "%s/%s.bc" % (folder, target)
        subprocess.run([*clang, "--target=" + target, "-g", "-O1", "-c",
                        "-emit-llvm", source, "-o", program], check=True)
        for options in MANNERS:
            reports[target, *options] = {
                how: report(remote_run, options, program, how)
                for how in CASES}
        if target in OBJECTS:
            program = "%s/%s.o" % (folder, target)
            subprocess.run([*clang, "--target=" + target, *OBJECTS[target],
                            "-g", "-O1", "-c", source, "-o", program],
                           check=True)
            options = ("--target=" + target,)
            reports[target, *options] = {
                how: report(remote_run, options, program, how)
                for how in CASES}
    expected = reports.pop(("x86_64-linux-gnu",))
    wrong = 0
    for how, cause in CAUSES.items():
        if expected[how][0] != cause or not expected[how][1]:
            wrong += 1
            print("here: %s: %s" % (how, expected[how]))
    for place, found in reports.items():
        for how in CASES:
            if how == "divide" and place[0] not in DIVISION_TRAPS:
                continue
            if found[how] != expected[how]:
                wrong += 1
                print("%s: %s: %s, here: %s" % (place, how, found[how],
                                                expected[how]))
    print("%d reports, %d wrong" % (len(reports) * len(CASES), wrong))
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
