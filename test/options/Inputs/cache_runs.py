"""Runs of remote-run with a cache, for the cache_*.py scripts.

The program is IR text: FUNCTIONS functions, of which number N returns its
argument plus N; main calls them in a chain, prints the result, and returns 3.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

FUNCTIONS = 24
PARTS = "--part-size=20"

MAIN = """\
source_filename = "prog.c"
@format = private unnamed_addr constant [4 x i8] c"%d\\0A\\00"
declare i32 @printf(ptr, ...)
"""


def program(changed=None, entry="main", first=0, steps=8):
    """The text; `changed` maps a function's number to what it adds."""
    text = [MAIN]
    for number in range(FUNCTIONS):
        added = (changed or {}).get(number, number)
        text.append("define i32 @add%d(i32 %%x) {" % number)
        text += ["  %%v%d = add i32 %s, %d" %
                 (step, "%%v%d" % (step - 1) if step else "%x",
                  0 if step else added) for step in range(steps)]
        text.append("  ret i32 %%v%d\n}" % (steps - 1))
    text.append("define i32 @%s() {" % entry)
    for number in range(FUNCTIONS):
        text.append("  %%r%d = call i32 @add%d(i32 %s)" %
                    (number, number,
                     "%%r%d" % (number - 1) if number else str(first)))
    text.append("  call i32 (ptr, ...) @printf(ptr @format, i32 %%r%d)" %
                (FUNCTIONS - 1))
    text.append("  ret i32 3\n}\n")
    return "\n".join(text)


SUM = sum(range(FUNCTIONS))


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


class Run:
    """How one run ended, with its counts."""

    def __init__(self, done):
        self.status = done.returncode
        self.output = done.stdout.decode(errors="backslashreplace")
        errors = done.stderr.decode(errors="backslashreplace")
        self.counts = {name: int(value) for name, value in re.findall(
            r"^remote-run: stats: ([a-z ]+?) +(\d+)$", errors, re.M)}
        self.errors = re.sub(r"(?m)^remote-run: stats: .*\n", "", errors)
        self.was_linked_before = "remote-run: stats: linked" in errors
        self.hits = self.counts.get("cache hits")
        self.misses = self.counts.get("cache misses")
        self.parts = self.counts.get("objects")

    def __repr__(self):
        return "status %s, output %r, errors %r, %s" % (
            self.status, self.output, self.errors, self.counts)


def run(remote_run, *arguments, environment=None, links=True, **how):
    """Runs it with --stats, and without a cache in the environment. With
    `links`, so that it has to link: what the cache has linked is not used."""
    everything = dict(os.environ, **(environment or {}))
    if "REMOTE_RUN_CACHE" not in (environment or {}):
        everything.pop("REMOTE_RUN_CACHE", None)
    options = ["--stats"] + (["--map=" + os.devnull] if links else [])
    return Run(subprocess.run([remote_run, *options, *arguments],
                              env=everything, capture_output=True,
                              timeout=TIME_LIMIT, **how))


def demand(condition, what, *evidence):
    if not condition:
        sys.exit("expected: %s\n%s" %
                 (what, "\n".join(map(repr, evidence))))


def demand_program(what, done, total=SUM, errors=""):
    demand((done.status, done.output, done.errors) ==
           (3, "%d\n" % total, errors),
           "%s: status 3, '%d', errors %r" % (what, total, errors), done)


def entries(folder):
    """The cache's entries, by name, without its time stamp."""
    return sorted(name for name in os.listdir(folder)
                  if name.startswith("llvmcache-"))


def leftovers(folder):
    """Files of a cache that are neither entries nor the time stamp."""
    return [name for name in os.listdir(folder)
            if not re.fullmatch(r"llvmcache-[0-9a-f]{64}|llvmcache\.timestamp",
                                name)]
