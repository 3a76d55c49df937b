#!/usr/bin/env python3
"""Runs remote-run on an object that is cut or damaged, place after place.

  corrupt.py REMOTE-RUN MAIN.bc OBJECT.o

It must never hang, and never crash itself: either the program runs (the
damage may not matter) or dies in the damaged code, or there is exactly one
diagnostic, which names the object. Status 125 without one is a failure, too.
Every run is with the same bytes, so a failure can be repeated: the damage is
printed.
"""

import os
import re
import struct
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, main, source = sys.argv[1:]
good = open(source, "rb").read()
section_offset, = struct.unpack_from("<Q", good, 40)
section_size, section_count = struct.unpack_from("<HH", good, 58)
failures = []
runs = 0


def attempt(what, data, must_fail=False, says=""):
    global runs
    runs += 1
    with open(damaged, "wb") as file:
        file.write(data)
    try:
        # The damaged program may die of what it likes.
        done = subprocess.run([remote_run, "--signal-exit-status",
                               "--extra-object=" + damaged, main],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        failures.append(what + ": hangs")
        return
    errors = done.stderr.decode(errors="replace")
    diagnostics = re.findall("^remote-run: error: .*", errors, re.M)
    if done.returncode == 125:
        # Missing symbols are what a damaged symbol table looks like, and any
        # number may be the true size of zeroes.
        named = any(text in errors for text in (
            os.path.basename(damaged), "symbol", "does not fit"))
        if len(diagnostics) != 1 or not named or says not in errors:
            failures.append("%s: %s" % (what, errors))
    elif done.returncode < 0 or must_fail:
        failures.append("%s: status %d: %s" % (what, done.returncode, errors))


def header(number):
    """Type, flags, offset, size and what it is for (Elf64_Shdr)."""
    where = section_offset + number * section_size
    kind, flags, _, offset, size, _, info = struct.unpack_from(
        "<IQQQQII", good, where + 4)
    return kind, flags, offset, size, info


def code_relocations():
    """Yields each one's place in the file (Elf64_Rela), and the size of the
    section that it changes."""
    for number in range(section_count):
        kind, _, offset, size, target = header(number)
        if kind != 4:  # SHT_RELA
            continue
        _, flags, _, size_of_target, _ = header(target)
        if flags & 4:  # SHF_EXECINSTR
            for where in range(offset, offset + size, 24):
                yield where, size_of_target


with tempfile.TemporaryDirectory() as folder:
    damaged = os.path.join(folder, "damaged.o")
    attempt("nothing", good)
    # The section headers are at the end: without them it is no object.
    for size in range(0, len(good), max(1, len(good) // 40)):
        attempt("cut to %d" % size, good[:size], must_fail=True)
    # Each field of each section header, too large and wrong.
    for section in range(1, section_count):
        for field in range(0, section_size, 8):
            where = section_offset + section * section_size + field
            for value in (b"\xff" * 8, b"\x00" * 6 + b"\x01\x00"):
                attempt("section %d field %d = %s" %
                        (section, field, value.hex()),
                        good[:where] + value + good[where + 8:])
    # A relocation of the code, for no symbol, and over the end of its section.
    for where, size in code_relocations():
        entry = good[where + 8:where + 24]
        for symbol in (10000, 0xffffffff):
            attempt("relocation at %d for symbol %d" % (where, symbol),
                    good[:where + 12] + struct.pack("<I", symbol) +
                    good[where + 16:], must_fail=True, says="a relocation ")
        for place in (size - 3, size - 1, size, 1 << 40, (1 << 64) - 4):
            attempt("relocation at %d of place %d of %d" % (where, place, size),
                    good[:where] + struct.pack("<Q", place) + entry +
                    good[where + 24:], must_fail=True, says="a relocation ")
    # The header.
    for where in range(16, 64, 2):
        for value in (b"\xff\xff", b"\x01\x7f"):
            attempt("header %d = %s" % (where, value.hex()),
                    good[:where] + value + good[where + 2:])

print("%d runs, %d failures" % (runs, len(failures)))
if failures:
    sys.exit("\n".join(failures))
