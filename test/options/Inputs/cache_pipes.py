#!/usr/bin/env python3
"""Inputs that can be read once only, with and without a cache.

  cache_pipes.py REMOTE_RUN OBJECT ARCHIVE

main.bc needs four(), which both OBJECT and ARCHIVE define, and returns what it
does.
"""

import os
import subprocess
import sys

from cache_runs import demand, run

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, item, archive = sys.argv[1:]


def fed(what, option, file, cache, main="main.bc"):
    """`file` comes through a pipe that has a name; what is in it is gone then."""
    if os.path.lexists("pipe"):
        os.remove("pipe")
    os.mkfifo("pipe")
    with subprocess.Popen(["sh", "-c", "cat %s >pipe" % file]) as writer:
        done = run(remote_run, *cache, option + "=pipe", main)
        writer.wait(timeout=TIME_LIMIT)
    demand((done.status, done.output, done.errors) == (4, "", ""), what, done)
    return done


for option, file in (("--extra-object", item), ("--extra-archive", archive)):
    fed(option, option, file, [])
    for hits in (0, 2):
        done = fed(option + ", cached", option, file, ["--cache=of" + option])
        demand(done.hits == hits, "%d hits" % hits, done)
    # By its contents: the file itself is the same.
    done = run(remote_run, "--cache=of" + option, option + "=" + file,
               "main.bc")
    demand(done.status == 4 and done.misses == 0, "the file itself", done)
    done = run(remote_run, "--cache=of" + option, option + "=missing",
               "main.bc")
    demand(done.status == 125 and "'missing'" in done.errors and
           done.errors.count("\n") == 1, "a file that is not there", done)

# The shell's, by the number of a descriptor.
for cache in ([], ["--cache=shell"], ["--cache=shell"]):
    done = subprocess.run(
        ["bash", "-c", 'exec "$@" --extra-object=<(cat %s) main.bc' % item, "-",
         remote_run, *cache], capture_output=True, text=True, timeout=TIME_LIMIT)
    demand((done.returncode, done.stderr) == (4, ""), "<(cat ...)", done)

# A program that is compiled again, for what assembly calls by a name of its own.
for cache in ([], ["--cache=again"], ["--cache=again"]):
    fed("compiled again", "--extra-object", item, cache, "again.bc")
