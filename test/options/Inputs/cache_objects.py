#!/usr/bin/env python3
"""A cache for a program with a native object.

  cache_objects.py REMOTE_RUN OBJECT
"""

import sys

from cache_runs import PARTS, demand, demand_program, entries, program, run, \
    write

remote_run, item = sys.argv[1:]
write("prog.ll", program())
write("edited.ll", program({3: 4}))
WITH = [PARTS, "--extra-object=" + item]

first = run(remote_run, "--cache=cache", *WITH, "prog.ll")
demand_program("first", first)
again = run(remote_run, "--cache=cache", *WITH, "prog.ll")
demand_program("again", again)
# The object is no part of what was compiled.
demand(again.hits >= again.parts - 1, "the parts from the cache", again)

policy = "--cache-policy=prune_interval=0s:cache_size_bytes=1"
done = run(remote_run, "--cache=cache", policy, *WITH, "edited.ll")
demand_program("a policy", done, 277)
demand(entries("cache") == [], "nothing fits", entries("cache"))

done = run(remote_run, "--cache=/sys/cache", *WITH, "prog.ll")
warning, done.errors = done.errors, ""
demand_program("nowhere to keep", done)
demand(warning.startswith("remote-run: warning: cannot keep '/sys") and
       warning.count("\n") == 1, "one warning", warning)
