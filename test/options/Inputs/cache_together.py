#!/usr/bin/env python3
"""Many processes at one cache at once, and processes that end in the middle.

  cache_together.py FOLDER REMOTE_RUN
"""

import os
import signal
import subprocess
import sys

from cache_runs import (PARTS, SUM, demand, demand_program, entries, leftovers,
                        program, run, write)

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
write("prog.ll", program())
write("edited.ll", program({3: 103}))
PROCESSES = 16


def start(cache, *arguments):
    return subprocess.Popen(
        [remote_run, "--cache=" + cache, PARTS, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def all_at_once(cache, *options):
    """Half of them compile one program, half of them the other."""
    files = [("prog.ll", SUM), ("edited.ll", SUM + 100)] * (PROCESSES // 2)
    running = [(start(cache, *options, name), total) for name, total in files]
    for process, total in running:
        output, errors = process.communicate(timeout=TIME_LIMIT)
        demand((process.returncode, output, errors) ==
               (3, b"%d\n" % total, b""), "%d" % total,
               process.returncode, output, errors)
    demand(not leftovers(cache), "entries alone", os.listdir(cache))


all_at_once("together")
for name, total in (("prog.ll", SUM), ("edited.ll", SUM + 100)):
    done = run(remote_run, "--cache=together", PARTS, name)
    demand_program("afterwards", done, total)
    demand(done.misses == 0, "everything is there", done)
# While each removes everything whenever it has kept something.
all_at_once("emptied",
            "--cache-policy=prune_interval=0s:cache_size_files=1")

# A process is killed when it has kept so much, one more each time; whatever it
# leaves, the next has its program.
write("large.ll", program(steps=500))
killed = 0
for kept in range(12):
    cache = "killed%d" % kept
    process = start(cache, "-j1", "large.ll")
    while process.poll() is None:
        if os.path.isdir(cache) and len(os.listdir(cache)) > kept:
            process.send_signal(signal.SIGKILL)
            break
    process.communicate()
    killed += process.returncode == -signal.SIGKILL
    done = run(remote_run, "--cache=" + cache, PARTS, "large.ll")
    demand_program("after a kill", done)
    again = run(remote_run, "--cache=" + cache, PARTS, "large.ll")
    demand(again.misses == 0 and entries(cache),
           "a whole cache after a kill", again)
    # What was left is removed when it has become old, with the entries.
    for name in os.listdir(cache):
        os.utime(os.path.join(cache, name), (1, 1))
    run(remote_run, "--cache=" + cache, PARTS,
        "--cache-policy=prune_interval=0s:prune_after=1h", "edited.ll")
    demand(not leftovers(cache), "nothing for ever", os.listdir(cache))
demand(killed > 0, "some that were killed in the middle")
