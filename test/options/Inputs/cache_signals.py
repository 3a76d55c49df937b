#!/usr/bin/env python3
"""Whether keeping something changes how remote-run takes signals.

  cache_signals.py FOLDER REMOTE_RUN PAUSE.bc

PAUSE.bc prints a line, waits for one on standard input, and returns 5.
"""

import os
import signal
import subprocess
import sys

from cache_runs import PARTS, demand, program, write

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

folder, remote_run, pause = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
write("large.ll", program(steps=500))


def under_nohup():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def status_after_hangup(*options):
    process = subprocess.Popen([remote_run, *options, pause],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               preexec_fn=under_nohup)
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    process.communicate(b"\n", timeout=TIME_LIMIT)
    return process.returncode


for what in ("a miss", "a hit"):
    status = status_after_hangup("--cache=cache")
    demand(status == 5, "SIGHUP stays ignored after " + what, status)

# A crash of the compiler's stays one, when something has been kept before it.
for jobs in ("-j1", "-j2"):
    seen = 0
    for kept in range(6):
        cache = "crash%s%d" % (jobs, kept)
        process = subprocess.Popen(
            [remote_run, "--cache=" + cache, "--lazy=off", PARTS, jobs, "large.ll"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None:
            if os.path.isdir(cache) and len(os.listdir(cache)) > kept:
                process.send_signal(signal.SIGSEGV)
                break
        output, errors = process.communicate(timeout=TIME_LIMIT)
        if process.returncode == 3:
            continue
        seen += 1
        demand(process.returncode == 125 and not output and errors.startswith(
            b"remote-run: error: LLVM failed while compiling 'large.ll'") and
            errors.count(b"\nremote-run: ") == 0, "one diagnostic of a crash",
            process.returncode, output, errors)
    demand(seen > 0, "a compilation that crashed")
