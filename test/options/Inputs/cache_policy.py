#!/usr/bin/env python3
"""What --cache-policy removes, and what it leaves.

  cache_policy.py FOLDER REMOTE_RUN
"""

import os
import sys

from cache_runs import (PARTS, SUM, demand, demand_program, entries, program,
                        run, write)

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
write("old.ll", program({number: 500 for number in range(100)}))
write("prog.ll", program())
write("next.ll", program(first=1))
NOW = "prune_interval=0s"


def keep(cache, file, policy, total=SUM):
    """The names of the entries that are new."""
    before = entries(cache) if os.path.isdir(cache) else []
    options = ["--cache-policy=" + policy] if policy else []
    done = run(remote_run, "--cache=" + cache, PARTS, *options, file)
    demand_program(file, done, total)
    return set(entries(cache)) - set(before)


def make_old(cache, names):
    for name in names:
        os.utime(os.path.join(cache, name), (1, 1))


def with_strangers(cache):
    """Somebody's files, as old."""
    strangers = ["notes.txt", "prog.o", "cache-1", "llvmcach-0"]
    for name in strangers:
        write(os.path.join(cache, name), "mine")
    make_old(cache, strangers)
    return strangers


def check_strangers(cache, strangers):
    for name in strangers:
        with open(os.path.join(cache, name), encoding="ascii") as file:
            demand(file.read() == "mine", name + " as it was")


OLD_TOTAL = 500 * 24

# By age.
old = keep("age", "old.ll", "", OLD_TOTAL)
strangers = with_strangers("age")
make_old("age", old)
new = keep("age", "prog.ll", NOW + ":prune_after=1h")
check_strangers("age", strangers)
demand(set(entries("age")) == new, "the old ones are gone", old, new)
done = run(remote_run, "--cache=age", PARTS, "prog.ll")
demand(done.misses == 0, "the new ones are used", done)

# The default policy, a week, does the same; but it looks only now and then.
old = keep("default", "old.ll", "", OLD_TOTAL)
make_old("default", old)
new = keep("default", "prog.ll", "")
demand(set(entries("default")) == old | new, "no second look at once")
make_old("default", ["llvmcache.timestamp"])
newer = keep("default", "next.ll", "", SUM + 1)
demand(not old & set(entries("default")), "the old ones are gone")
demand(newer <= set(entries("default")), "the new ones are not")

# A hit looks at nothing: it would take longer than the program.
make_old("default", entries("default"))
before = entries("default")
run(remote_run, "--cache=default", PARTS, "--cache-policy=" + NOW, "next.ll")
demand(entries("default") == before, "a hit removes nothing")

# By number, the longest unused ones.
old = keep("number", "old.ll", "", OLD_TOTAL)
strangers = with_strangers("number")
make_old("number", old)
new = keep("number", "prog.ll", "%s:cache_size_files=%d" % (NOW, len(old)))
check_strangers("number", strangers)
demand(len(entries("number")) <= len(old) and new <= set(entries("number")),
       "the longest unused are gone", old, new, entries("number"))

# By size; nothing at all may remain, and the program runs.
old = keep("size", "old.ll", "", OLD_TOTAL)
strangers = with_strangers("size")
keep("size", "prog.ll", NOW + ":cache_size_bytes=1")
check_strangers("size", strangers)
demand(entries("size") == [], "nothing fits", entries("size"))
keep("size", "prog.ll", NOW + ":cache_size_bytes=0")
demand(entries("size") != [], "0: no limit")
