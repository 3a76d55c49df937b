#!/usr/bin/env python3
"""Lets executors leave reports that no executor should, and reads what is said.

  strange_reports.py TOOLS REMOTE-RUN PROGRAM LIBRARY

Whatever a report names, remote-run ends, with the status of the signal and one
report that is fit for a terminal; and it does not take long.
"""

import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

TOOLS, REMOTE_RUN, PROGRAM, LIBRARY = sys.argv[1:]
HERE = pathlib.Path(__file__).resolve().parent
STATUS = -11
# remote-run gives up on the symbols after 10 seconds.
TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2
LINE = re.compile(r"  [^\x00-\x1f\x7f]*")
FIRST = "remote-run: error: program '"
MANY = 3000


def run(report):
    environment = dict(os.environ, REMOTE_RUN_REPORT=repr(report),
                       PYTHONPATH=TOOLS)
    return subprocess.run(
        [REMOTE_RUN, "--stub=%s" % (HERE / "strange_executor.py"), PROGRAM],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, timeout=TIME_LIMIT)


def problem(done, wanted):
    """What is wrong with how it ended, or nothing."""
    text = done.stderr.decode(errors="replace")
    if done.returncode != STATUS:
        return "status %d: %s" % (done.returncode, text)
    first, *rest = text.splitlines()
    if not first.startswith(FIRST) or not text.endswith("\n"):
        return "no diagnostic: %r" % text
    for line in rest:
        if not LINE.fullmatch(line):
            return "a line that is none of a report: %r" % line
    if wanted not in text:
        return "no %r in %r" % (wanted, text)
    return ""


def damaged(data, folder):
    """Copies of a library with something wrong, each by its name."""
    chance = random.Random(5)
    for number in range(20):
        copy = bytearray(data)
        for _ in range(200):
            copy[chance.randrange(len(copy))] = chance.randrange(256)
        path = folder / ("bytes-%d.so" % number)
        path.write_bytes(b"\x7fELF\2\1\1" + copy[7:])
        yield path
    for size in (0, 4, 16, 63, 64, 100, len(data) // 2, len(data) - 1):
        path = folder / ("first-%d.so" % size)
        path.write_bytes(data[:size])
        yield path


def strange_files(folder):
    yield "/dev/zero"
    yield "/dev/stdin"
    yield "/proc/self/mem"
    yield folder
    yield folder / "not-there"
    yield folder / "a\n  #9 line\x1b[1m"
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    yield fifo
    sparse = folder / "sparse"
    with open(sparse, "wb") as file:
        file.truncate(1 << 40)
    yield sparse
    circle = folder / "circle"
    circle.symlink_to(circle)
    yield circle
    data = pathlib.Path(LIBRARY).read_bytes()
    yield from damaged(data, folder)


def reports(folder):
    """Each with what the text must have in it."""
    for path in strange_files(folder):
        name = os.fsencode(path)
        yield (None, [name], [(0x10001100, 1, 1), (0x10001200, 0, 1)]), "#1 "
    data = os.fsencode(LIBRARY)
    yield (None, [], []), "null pointer read at 0x0"
    yield (None, [data], [(2**64 - 1, 1, 1), (0, 0, 1), (0, 0, 0)]), "#2 "
    frames = [(0x10000000 + 64 * i, 0, 1) for i in range(MANY)]
    yield (None, [data], frames), "frames left out"
    frames = [(0x10001000, 0, 1)] * MANY
    yield (None, [data], frames), "the frame above"
    yield (None, [], [(0x5000, 0, 0)] * MANY), "the frame above"
    yield ((b"St13runtime_error", b"a\x1b[2J\nb"), [], []), \
        "uncaught exception of type std::runtime_error: a?[2J?b"
    for name in (b"P" * 4000 + b"i", b"N" * 4000, b"1" * 4000, b"_Z" * 2000,
                 b"St6vectorI" * 300 + b"i" + b"E" * 300, b"\x1b\n\0"):
        yield ((name, b""), [], []), "uncaught exception of type "


def main():
    wrong, count = 0, 0
    with tempfile.TemporaryDirectory() as name:
        for report, wanted in reports(pathlib.Path(name)):
            start = time.monotonic()
            found = problem(run(report), wanted)
            took = time.monotonic() - start
            count += 1
            if found:
                print("%.300r: %.1f s, %.2000s" % (report, took, found))
                wrong += 1
    print("%d of %d reports are told" % (count - wrong, count))
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
