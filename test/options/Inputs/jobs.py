#!/usr/bin/env python3
"""Compiles one program with different numbers of threads.

  jobs.py FOLDER REMOTE_RUN
"""

import os
import sys

from cache_runs import PARTS, demand, demand_program, entries, program, run, \
    write

folder, remote_run = sys.argv[1:]
os.chdir(folder)
write("prog.ll", program(steps=30))

first = None
for number, options in enumerate((["-j1"], ["-j2"], ["-j", "3"], ["--j=4"],
                                  ["-j=5"], ["-j64"], ["-j100000"], [])):
    cache = "cache%d" % number
    done = run(remote_run, "--cache=" + cache, PARTS, *options, "prog.ll")
    demand_program(" ".join(options), done)
    demand(done.parts > 4, "several parts", done)
    # The options go with it, for a program that starts itself again.
    done.counts.pop("bytes sent")
    # The names of entries tell what is in them, byte by byte.
    contents = []
    for name in entries(cache):
        with open(os.path.join(cache, name), "rb") as file:
            contents.append((name, file.read()))
    if first is None:
        first = done.counts, contents
    demand(done.counts == first[0], "as many of everything", done, first[0])
    demand(contents == first[1], "the same objects, whatever the threads")
