#!/usr/bin/env python3
"""Programs whose files, and whose entries in the cache, are exchanged while they are
read: each run is one of the programs that were there, and what is kept is right.

  cache_races.py FOLDER REMOTE_RUN
"""

import itertools
import os
import random
import shutil
import sys
import threading

from cache_runs import PARTS, SUM, demand, demand_program, entries, program, \
    run, write

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
random.seed(7)
# Large enough to be mapped, and of one size.
VERSIONS = {"one.ll": SUM, "two.ll": SUM + 4}
write("one.ll", program(steps=200))
write("two.ll", program({3: 7}, steps=200))
demand(os.path.getsize("one.ll") == os.path.getsize("two.ll") > 65536,
       "large files of one size")
RUNS = 24


def exchange_inputs():
    for name in itertools.cycle(VERSIONS):
        shutil.copyfile(name, "next.ll")
        os.rename("next.ll", "prog.ll")
        yield


def rewrite_input():
    """In place: what is read may be of both."""
    for name in itertools.cycle(VERSIONS):
        with open(name, "rb") as file:
            contents = file.read()
        with open("prog.ll", "r+b") as file:
            file.write(contents)
        yield


def disturb(path, how):
    if how == "swap":
        other = os.path.join("cache", random.choice(entries("cache")))
        shutil.copyfile(other, "swapped")
        os.rename("swapped", path)
    elif how == "cut":
        os.truncate(path, os.path.getsize(path) // 2)
    elif how == "age":
        os.utime(path, (1, 1))
    elif how == "pipe":
        os.mkfifo("pipe")
        os.rename("pipe", path)
    else:
        os.remove(path)


def disturb_entries():
    while True:
        try:
            disturb(os.path.join("cache", random.choice(entries("cache"))),
                    random.choice(["swap", "cut", "age", "pipe", "remove"]))
        except (OSError, IndexError, shutil.Error):
            pass  # Another was faster, or it is a pipe by now.
        yield


def while_others(what, *steps, cache="cache"):
    """Runs the program while each of `steps` does one step after another. `cache`
    may have a place for the number of the run."""
    done, counts = threading.Event(), [0] * len(steps)

    def work(number):
        for _ in steps[number]:
            counts[number] += 1
            if done.wait(0.0005):
                break

    threads = [threading.Thread(target=work, args=[number])
               for number in range(len(steps))]
    for thread in threads:
        thread.start()
    try:
        for number in range(RUNS):
            yield run(remote_run, "--cache=" + cache.replace("%", str(number)),
                      *([PARTS] if number % 2 else []), "prog.ll")
    finally:
        done.set()
        for thread in threads:
            thread.join()
    demand(all(counts), what + ": everybody did something", counts)


def check_versions(what, cache="cache", cuts=((), (PARTS,))):
    """Each is what it is, whatever has been kept."""
    for name, total in VERSIONS.items():
        for cut in cuts:
            done = run(remote_run, "--cache=" + cache, *cut, name)
            demand_program("%s: %s" % (what, name), done, total)


shutil.copyfile("one.ll", "prog.ll")
for done in while_others("exchanged", exchange_inputs()):
    demand(done.status == 3 and done.errors == "" and
           int(done.output) in VERSIONS.values(), "one or the other", done)
check_versions("exchanged")
# Each of these compiles: what it keeps must be of what it was hashed as.
for done in while_others("rewritten", rewrite_input(), cache="rewritten%"):
    demand(done.status in (3, 125) and "LLVM failed" not in done.errors,
           "some program, or none", done)
for number in range(RUNS):
    check_versions("rewritten", "rewritten%d" % number,
                   [[PARTS] if number % 2 else []])
shutil.copyfile("one.ll", "prog.ll")
for done in while_others("entries", disturb_entries()):
    demand_program("disturbed entries", done)
# Something good takes the place of what is left of them.
check_versions("entries")
demand(run(remote_run, "--cache=cache", "one.ll").misses == 0, "a good cache")
