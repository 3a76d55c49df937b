#!/usr/bin/env python3
"""Entries of a cache that are forged: changed, and sealed again with checksums that
are right. What runs may be another program then; remote-run never crashes.

  cache_forged.py FOLDER REMOTE_RUN
"""

import os
import struct
import sys

from cache_runs import (SUM, demand, demand_program, entries, program, run,
                        write)
from xxh3 import xxh3

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
write("prog.ll", program(steps=2).replace(
    "define i32 @main", "@table = global [2 x ptr] [ptr @add0, ptr @add1]\n"
    "@counter = thread_local global i32 0\ndefine i32 @main"))
# The mark, the key, the size of the start; checksums of the start, of the rest, and
# of all that stands before it (KeyedFile.cpp).
TRAILER = 8 + 32 + 8 + 3 * 8


def read(path):
    with open(path, "rb") as file:
        return file.read()


def sealed(start, rest, mark_and_key):
    head = mark_and_key + struct.pack("<3Q", len(start), xxh3(start), xxh3(rest))
    return start + rest + head + struct.pack("<Q", xxh3(head))


def parts(good):
    """The start and the rest."""
    size, = struct.unpack_from("<Q", good, len(good) - TRAILER + 40)
    return good[:size], good[size:-TRAILER]


def forge(path, start, good, rest=b""):
    with open(path, "wb") as file:
        file.write(sealed(bytes(start), bytes(rest), good[-TRAILER:][:40]))


def checked(what, links=True):
    done = run(remote_run, "--cache=cache", "--timeout=20s", "prog.ll",
               links=links)
    # What became of the program is its own affair.
    told = done.status >= 0 or "was killed by signal" in done.errors
    demand(told and "LLVM failed" not in done.errors, what, done)
    return done


def checked_run(what, links=True):
    """Whether it was a hit."""
    return checked(what, links).misses == 0


def tables(elf):
    """Where structures are in an object: its header, its section headers, and
    what each table of symbols, names and relocations has."""
    offset, = struct.unpack_from("<Q", elf, 40)
    size, count = struct.unpack_from("<HH", elf, 58)
    yield 0, 64
    yield offset, size * count
    for number in range(count):
        kind, = struct.unpack_from("<I", elf, offset + size * number + 4)
        place = struct.unpack_from("<QQ", elf, offset + size * number + 24)
        if kind in (2, 3, 4, 14, 15):  # SYMTAB, STRTAB, RELA, INIT_, FINI_ARRAY
            yield place


checked_run("first")
names = entries("cache")
files = {name: read(os.path.join("cache", name)) for name in names}
for name, good in files.items():
    demand(sealed(*parts(good), good[-TRAILER:][:40]) == good,
           "sealed as remote-run does it", name)
    demand(parts(good)[1] == b"", "nothing but a start", name)
demand(len(names) == 2, "a program and its object", names)


def forgeries(start):
    """By name, what may be in its place."""
    for size in (0, 1, 4, 63, len(start) // 2, len(start) - 1):
        yield "the first %d bytes" % size, start[:size]
    yield "more", start + b"\0" * 64
    yield "ones", b"\xff" * len(start)
    regions = [(0, len(start))]
    if start.startswith(b"\x7fELF"):
        # An image has none of these tables but the header.
        regions = [place for place in tables(start) if place[1]]
        regions += [(0, len(start))] * (len(regions) == 1)
    for offset, size in regions:
        # At most so many places of each, spread over it.
        for at in range(offset, offset + size - 3,
                        max(4, size // 8 // 4 * 4)):
            for value in (0, 0x7fffffff, 0xffffffff):
                forged = bytearray(start)
                struct.pack_into("<I", forged, at, value)
                yield "%#x at %d" % (value, at), forged


for name, good in files.items():
    path = os.path.join("cache", name)
    start = good[:-TRAILER]
    for what, forged in forgeries(start):
        forge(path, forged, good)
        checked_run("%s: %s" % (name, what))
        for other, contents in files.items():
            with open(os.path.join("cache", other), "wb") as file:
                file.write(contents)
demand(checked_run("last"), "a good cache is a hit")
done = run(remote_run, "--cache=cache", "prog.ll")
demand((done.status, done.output) == (3, "%d\n" % SUM), "and good", done)

# One entry's bytes as the other: a record for an object, and an object for a
# record, each with the other's key.
first, second = names
for name, other in ((first, second), (second, first)):
    forge(os.path.join("cache", name), files[other][:-TRAILER], files[name])
    demand(not checked_run("an entry of another kind"), "a miss")
    demand(checked_run("made again"), "a hit")

# The linked program, which the second run without that option finds.
checked_run("linked and kept", links=False)
name, = set(entries("cache")) - set(names)
path = os.path.join("cache", name)
good = read(path)
start, rest = parts(good)
demand(sealed(start, rest, good[-TRAILER:][:40]) == good and rest,
       "sealed as remote-run does it", name)
for what, forged in forgeries(start):
    forge(path, forged, good, rest)
    checked_run("the linked program: " + what, links=False)
# Its bytes, of which the start has a checksum before its last byte.
taken = 0
for what, forged in forgeries(rest):
    if len(forged) == len(rest):
        forge(path, start[:-9] + struct.pack("<Q", xxh3(forged)) + start[-1:], good,
              forged)
    else:
        forge(path, start, good, forged)
    taken += checked("its bytes: " + what, links=False).was_linked_before
demand(taken > 0, "bytes that were forged were taken for the program's")
with open(path, "wb") as file:
    file.write(good)
done = run(remote_run, "--cache=cache", "prog.ll", links=False)
demand_program("the last", done)
demand(done.was_linked_before, "linked before", done)
