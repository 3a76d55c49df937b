"""Many runs in a row, and many at once: each ends as it must, none leaves a thing.

Some are interrupted, at any moment: they end by the signal, or as they would. All
are one user's and share one cache. What only the whole system shows is compared
from before the first to after the last: it would grow with the runs.
"""

import dataclasses
import functools
import os
import pathlib
import random
import re
import shutil
import signal

import ir_inputs
from confinement import Limits

WHAT = "runs in a row, and 64 at once"
IN_A_ROW, AT_ONCE, WIDTH = 10000, 6400, 64
SAMPLE_IN_A_ROW, SAMPLE_AT_ONCE, SAMPLE_WIDTH = 100, 100, 16
# How often a run is interrupted, by what, and after how long at most.
INTERRUPTED, SIGNALS, SOON = 0.2, (signal.SIGKILL, signal.SIGTERM,
                                   signal.SIGINT, signal.SIGHUP), 0.03
# What others do on the machine meanwhile does not grow with our runs: less than
# this for each run is not a leak of one thing per run. Of few runs it says nothing.
LEAK_PER_RUN, LEAK_RUNS = 0.2, 5000

PROGRAMS = {
    "ends.c": r"""
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
static void *leave(void *Status) { exit(*(int *)Status); }
int main(int Count, char **Arguments) {
  int Number = atoi(Arguments[2]);
  switch (Arguments[1][0]) {
  case 'p':
    printf("%d\n", Number);
    return 0;
  case 'r':
    raise(Number);
  case 't': {
    pthread_t Thread;
    pthread_create(&Thread, NULL, leave, &Number);
    pthread_join(Thread, NULL);
  }
  }
  return Number;
}
""",
    "throws.cpp": r"""
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
int main(int Count, char **Arguments) {
  try {
    throw std::runtime_error(Arguments[2]);
  } catch (const std::exception &Error) {
    std::cout << Error.what() << std::endl;
    return std::stoi(Error.what());
  }
}
""",
    "missing.c": "int no_such_symbol(void);\n"
                 "int main(void) { return no_such_symbol(); }\n",
}
BROKEN = "define i32 @main() { ret i64 0 }\n"


@dataclasses.dataclass
class Kind:
    """One sort of run; `words` has %d for the number of the run."""
    name: str
    program: str
    words: tuple
    status: int | None  # None: the number; negative for a signal
    output: str = ""
    said: str = ""  # a regular expression for the one diagnostic, if any


KINDS = (
    Kind("returns", "ends.bc", ("n", "%d"), None),
    Kind("prints", "ends.bc", ("p", "%d"), 0, "%d\n"),
    Kind("exits in a thread", "ends.bc", ("t", "%d"), None),
    Kind("crashes", "ends.bc", ("r", "11"), -11, said="signal 11"),
    Kind("is killed", "ends.bc", ("r", "9"), -9, said="signal 9"),
    Kind("throws", "throws.bc", ("n", "%d"), None, "%d\n"),
    Kind("misses a symbol", "missing.bc", (), 125, said="no_such_symbol"),
    Kind("is broken", "broken.ll", (), 125, said="broken.ll"),
    Kind("is absent", "absent.bc", (), 125, said="absent.bc"),
)
OPTIONS = ((), (), ("--cache",), ("--cache",), ("--cache",), ("-O0",))


def build(llvm, folder):
    folder.mkdir()
    for name, source in PROGRAMS.items():
        path = folder / name
        path.write_text(source)
        clang = "clang++" if name.endswith(".cpp") else "clang"
        ir_inputs.run_compiler([llvm / clang, "-O1", "-c", "-emit-llvm", path,
                                "-o", path.with_suffix(".bc")])
    (folder / "broken.ll").write_text(BROKEN)


def choose(seed, number):
    """What that run is: its kind, its options, the number for its words, and a
    signal that interrupts it, with its time."""
    chance = random.Random("%d %d" % (seed, number))
    return (chance.choice(KINDS), chance.choice(OPTIONS),
            chance.randrange(1, 120),
            (chance.choice(SIGNALS), chance.uniform(0, SOON))
            if chance.random() < INTERRUPTED else None)


def problems(kind, number, ended, files, interrupt=None):
    if not interrupt or ended.status != -interrupt[0]:
        yield from wrong_ends(kind, number, ended)
    if ended.left:
        yield "left processes: " + ", ".join(ended.left)
    if files:
        yield "left files: " + ", ".join(files)


def wrong_ends(kind, number, ended):
    status = number if kind.status is None else kind.status
    output = kind.output.replace("%d", str(number)).encode()
    diagnostics = re.findall(rb"^remote-run: .*", ended.stderr, re.M)
    if ended.timed_out:
        yield "no end"
    if ended.status != status:
        yield "status %d, not %d" % (ended.status, status)
    if ended.stdout != output:
        yield "output %.100r, not %.100r" % (ended.stdout, output)
    if len(diagnostics) != bool(kind.said) or not re.search(
            kind.said.encode(), ended.stderr):
        yield "said %.300r" % ended.stderr


def run_one(settings, programs, cache, confinement, number):
    kind, options, argument, interrupt = choose(settings.seed, number)
    folder = confinement.new_folder()
    words = [word.replace("%d", str(argument)) for word in kind.words]
    options = ["--cache=%s" % cache if option == "--cache" else option
               for option in options]
    ended = confinement.run([str(settings.remote_run), *options,
                             str(programs / kind.program), *words],
                            Limits(processes=4000, **settings.memory),
                            interrupt=interrupt)
    return kind, list(problems(kind, argument, ended, os.listdir(folder),
                               interrupt))


def kibibytes(key):
    text = pathlib.Path("/proc/meminfo").read_text()
    return int(re.search(r"^%s: *(\d+) kB" % key, text, re.M)[1])


def system():
    """What a leak would be seen in; each counts in things or pages."""
    return {
        "open files": int(pathlib.Path("/proc/sys/fs/file-nr").read_text()
                          .split()[0]),
        "processes": sum(name.isdigit() for name in os.listdir("/proc")),
        "files in /dev/shm": len(os.listdir("/dev/shm")),
        "files in /tmp": len(os.listdir("/tmp")),
        "pages of shared memory": kibibytes("Shmem") // 4,
        "pages of the kernel": kibibytes("SUnreclaim") // 4,
    }


def cache_entries(cache):
    return sorted(path.name for path in cache.iterdir()) if (
        cache.exists()) else []


def run_phase(settings, name, numbers, width, work):
    """Runs some, `width` at a time; yields what is wrong."""
    for number, (kind, found) in settings.spread(work, numbers, width,
                                                 one_user=True):
        if found:
            text = "%s, run %d, which %s: %s" % (name, number, kind.name,
                                                 "; ".join(found))
            settings.complain(text)
            yield text


def leaks(before, after, runs):
    for what, count in before.items() if runs >= LEAK_RUNS else ():
        if after[what] - count > LEAK_PER_RUN * runs:
            yield "%s: %d before, %d after" % (what, count, after[what])


def run(settings):
    programs = settings.scratch / "programs"
    build(settings.llvm, programs)
    # Made by the first run: a cache is trusted if it is the user's own, in a
    # folder where nobody else can replace it.
    caches = settings.scratch / "caches"
    caches.mkdir()
    os.chmod(caches, 0o1777)
    cache = caches / "shared"
    work = functools.partial(run_one, settings, programs, cache)
    at_once, width = (SAMPLE_AT_ONCE, SAMPLE_WIDTH) if settings.sample else (
        AT_ONCE, WIDTH)
    in_a_row = len(settings.numbers(SAMPLE_IN_A_ROW if settings.sample
                                    else IN_A_ROW))
    runs = at_once + in_a_row
    before = system()
    # Together first: they all find the cache empty.
    wrong = list(run_phase(settings, "%d at once" % width,
                           range(in_a_row, runs), width, work))
    entries = cache_entries(cache)
    wrong += run_phase(settings, "in a row", range(in_a_row), settings.jobs, work)
    after = system()
    if cache_entries(cache) != entries:
        wrong.append("the cache grew from %d to %d files" % (
            len(entries), len(cache_entries(cache))))
    shutil.rmtree(caches)
    for text in leaks(before, after, runs):
        settings.complain(text)
        wrong.append(text)
    return {"what": WHAT, "cases": runs, "wrong": len(wrong), "list": wrong,
            "before": before, "after": after, "cache files": len(entries)}


def summary(result):
    for what, count in result["before"].items():
        yield "%s: %d before, %d after" % (what, count, result["after"][what])
