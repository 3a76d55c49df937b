#!/usr/bin/env python3
"""Runs places.c with --map, and compares the map with what it prints.

  map.py OTHER COMMAND...

OTHER is the file that defines what prog.bc does not.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

other, remote_run, *arguments = sys.argv[1:]
done = subprocess.run([remote_run, "--map=prog.map", *arguments],
                      capture_output=True, text=True, timeout=TIME_LIMIT)
printed = dict(line.split() for line in done.stdout.splitlines())
if done.returncode or done.stderr or len(printed) != 8:
    sys.exit("no program: %r" % done)
header, *lines = open("prog.map").read().splitlines()
if header.split() != ["VMA", "Size", "Align", "Out", "In", "Symbol"]:
    sys.exit("wrong header: " + header)

outputs, inputs, symbols = [], [], {}
for line in lines:
    found = re.fullmatch(r" *([0-9a-f]+) +([0-9a-f]+) +(\d+) "
                         r"( {0}| {8}| {16})(\S.*)", line)
    if not found:
        sys.exit("wrong line: " + line)
    start, size = int(found[1], 16), int(found[2], 16)
    alignment, text = int(found[3]), found[5]
    if start % alignment:
        sys.exit("not aligned: " + line)
    depth = len(found[4]) // 8
    if depth == 0:
        outputs.append((start, size, text))
        continue
    # Each is in the line that it belongs to.
    outer = [outputs, inputs][depth - 1][-1]
    if start < outer[0] or start + size > outer[0] + outer[1]:
        sys.exit("outside of '%s': %s" % (outer[2], line))
    if depth == 1:
        inputs.append((start, size, text))
    else:
        name, _, file = text.partition(" ")
        if name in symbols:
            sys.exit("twice: " + name)
        symbols[name] = (start, size, file, outer[2])
for one, next_one in zip(outputs, outputs[1:]):
    if one[0] + one[1] > next_one[0]:
        sys.exit("they overlap: %r %r" % (one, next_one))

for name, address in printed.items():
    start, size, file, section = symbols[name]
    if start != int(address, 16):
        sys.exit("%s is at %s, not %x" % (name, address, start))
    is_other = name.startswith("other_")
    wanted = other if is_other else "prog.bc"
    if name != "shared" and wanted not in file + section:
        sys.exit("%s is of %s, not of %s %s" % (name, wanted, section, file))
if symbols["zeroes"][1] != 4000 or symbols["initialised"][1] != 12:
    sys.exit("wrong sizes")
if not any(name == ".text" for _, _, name in outputs):
    sys.exit("no .text")
