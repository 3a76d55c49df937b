"""Modules that come and go in an open session, very often.

Each round adds a module, calls it, removes it, and has another refused. The tests
named Leaks count what both processes have before and after (test/embed).
"""

import os
import re
import subprocess

from ir_inputs import CannotMake

WHAT = "modules added, called and removed, in a stub and in an application"
ROUNDS, SAMPLE_ROUNDS = 10000, 100


def run(settings):
    rounds = settings.count or (
        SAMPLE_ROUNDS if settings.sample else ROUNDS)
    tests = settings.build / "bin/unit-tests"
    application = settings.build / "bin/application"
    for path in (tests, application):
        if not path.exists():
            raise CannotMake("there is no program '%s'" % path)
    environment = {
        **os.environ, "REMOTE_RUN_EMBED_ROUNDS": str(rounds),
        "STUB": str(settings.remote_run.with_name("remote-stub")),
        "APPLICATION": str(application),
        # Its cache of each thread counts as used, and would hide a small leak.
        "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    done = subprocess.run([str(tests), "--gtest_filter=Leaks.*"],
                          env=environment, capture_output=True, text=True,
                          check=False)
    counts = re.findall(r"^\w+: .* rounds$", done.stdout, re.M)
    wrong = re.findall(r"^\[  FAILED  \] (Leaks\.\w+) \(", done.stdout, re.M)
    if done.returncode and not wrong:
        wrong = ["it ended with status %d: %s" %
                 (done.returncode, done.stderr[-500:])]
    for each in wrong:
        settings.complain(each)
    return {"what": WHAT, "cases": rounds * len(counts) // 2,
            "wrong": len(wrong), "counts": counts}


def summary(result):
    return result["counts"]
