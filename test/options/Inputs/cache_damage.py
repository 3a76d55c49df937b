#!/usr/bin/env python3
"""Damages each file of a cache in turn: none of it may be run.

  cache_damage.py FOLDER REMOTE_RUN
"""

import os
import shutil
import sys

from cache_runs import (PARTS, demand, demand_program, entries, leftovers,
                        program, run, write)

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
write("prog.ll", program())
# Another program, whose entries are in the same format.
write("foreign.ll", program({number: 1000 for number in range(100)}))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def put(path, data):
    if os.path.isdir(path):
        os.rmdir(path)
    with open(path, "wb") as file:
        file.write(data)


def damaged(good, foreign):
    """What may be found in the place of `good`, by name."""
    yield "empty", b""
    yield "one byte", good[:1]
    yield "cut by a byte", good[:-1]
    yield "half", good[:len(good) // 2]
    yield "trailer only", good[-72:]
    yield "longer by a byte", good + b"\0"
    yield "zeros", bytes(len(good))
    yield "text", b"#!/bin/sh\necho no\n"
    yield "foreign", foreign
    # From the end: the last byte; the mark, the key, the size, and each checksum.
    for at in (0, 7, len(good) // 3, len(good) // 2, len(good) - 73,
               len(good) - 70, len(good) - 40, len(good) - 30, len(good) - 20,
               len(good) - 12, len(good) - 1):
        flipped = bytearray(good)
        flipped[at] ^= 0x10
        yield "flipped at %d of %d" % (at, len(good)), bytes(flipped)


def checked_run(what, cache, cut, links=True):
    done = run(remote_run, "--cache=" + cache, *cut, "prog.ll", links=links)
    demand_program(what, done)
    return done


def damage_all(cache, cut):
    run(remote_run, "--cache=foreign", *cut, "foreign.ll")
    foreign = [read(os.path.join("foreign", name))
               for name in entries("foreign")]
    parts = checked_run("first", cache, cut).parts
    names = entries(cache)
    demand(len(names) == parts + 1, "an entry more than parts", names)
    for number, name in enumerate(names):
        path = os.path.join(cache, name)
        good = read(path)
        for what, data in damaged(good, foreign[number]):
            put(path, data)
            what = "%s: %s" % (name, what)
            demand(checked_run(what, cache, cut).misses > 0,
                   what + ": a miss")
            demand(read(path) == good, what + ": replaced")
            demand(checked_run(what, cache, cut).misses == 0,
                   what + ": replaced by something good")
        os.remove(path)
        demand(checked_run("removed", cache, cut).misses > 0, "a miss")
        demand(read(path) == good, "made again")
    demand(entries(cache) == names and not leftovers(cache),
           "the same files as before", os.listdir(cache))


damage_all("parts", [PARTS])
damage_all("whole", [])


def is_linked_before(what):
    return checked_run(what, "linked", [], links=False).was_linked_before


def damage_linked_program():
    before = set()
    for what in ("first", "second"):
        demand(not is_linked_before(what), what + ": linked")
        before, all_names = set(entries("linked")) - before, before
    name, = set(entries("linked")) - all_names
    path = os.path.join("linked", name)
    good = read(path)
    demand(is_linked_before("third"), "linked before")
    for what, data in damaged(good, bytes(100)):
        put(path, data)
        demand(not is_linked_before(what), what + ": linked anew")
        demand(read(path) == good, what + ": replaced")
        demand(is_linked_before(what), what + ": linked before")


damage_linked_program()

# A folder in the place of an entry cannot be read by anybody, nor replaced.
for name in entries("parts"):
    shutil.rmtree("blocked", ignore_errors=True)
    shutil.copytree("parts", "blocked")
    path = os.path.join("blocked", name)
    os.remove(path)
    os.mkdir(path)
    done = run(remote_run, "--cache=blocked", PARTS, "prog.ll")
    warning, done.errors = done.errors, ""
    demand_program("a folder in place of " + name, done)
    demand(warning.startswith("remote-run: warning: ") and path in warning and
           warning.count("\n") == 1, "one warning that names " + path, warning)
    demand(not leftovers("blocked"), "nothing left", os.listdir("blocked"))
