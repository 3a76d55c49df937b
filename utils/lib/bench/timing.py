"""Medians of the times of several commands, taken in turns: by hyperfine, or the
processor's.

All commands are first run once, to see that they do what the native program
does, which also warms the caches. Then they take turns: the runs of each are
spread over a few rounds, so that what else the machine does falls on all.
"""

import json
import os
import shlex
import signal
import statistics
import subprocess
import tempfile
import time

ROUNDS = 5
# How many runs, by the seconds that one takes.
RUNS = ((0.3, 30), (4.0, 10), (15.0, 5), (float("inf"), 3))
# From here on a round has enough runs of a command to begin with a warm-up.
WARM_UP_FROM = 4
LONGEST = 300


class Different(Exception):
    """A command does not do what it should; the argument says what it does."""


class CannotTime(Exception):
    """hyperfine failed; the argument is what it said."""


def run_once(command):
    """How it ends and what it prints, and in how many seconds."""
    start = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          process_group=0) as started:
        try:
            output, _ = started.communicate(timeout=LONGEST)
        except BaseException as cause:
            # lli leaves its child behind when it is killed alone.
            os.killpg(started.pid, signal.SIGKILL)
            if not isinstance(cause, subprocess.TimeoutExpired):
                raise
            raise Different("no end in %d s" % LONGEST) from None
    return (started.returncode, output), time.monotonic() - start


def check(command, expected):
    """How long it takes; raises Different."""
    outcome, seconds = run_once(command)
    if outcome[0] != expected[0]:
        raise Different("exit status %d instead of %d" %
                        (outcome[0], expected[0]))
    if outcome[1] != expected[1]:
        raise Different("another output")
    return seconds


def default_runs(seconds):
    return next(runs for most, runs in RUNS if seconds < most)


def time_in_a_row(command, runs):
    with tempfile.NamedTemporaryFile("r") as exported:
        warm_up = 1 if runs >= WARM_UP_FROM else 0
        done = subprocess.run(
            ["hyperfine", "-N", "--style=none", "--warmup=%d" % warm_up,
             "--runs=%d" % runs, "--export-json=" + exported.name,
             shlex.join(command)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
        if done.returncode:
            raise CannotTime(done.stderr)
        return json.load(exported)["results"][0]["times"]


def processor_time(command):
    """That of a run and of the processes it waits for, in seconds."""
    # A fork of this process would count as the command's time before it is one.
    child = os.posix_spawn(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0)
        for number in range(3)])
    _, _, used = os.wait4(child, 0)
    return used.ru_utime + used.ru_stime


def measure_processor(commands, expected, runs):
    """As measure(), in processor time; each turn is one run of each."""
    failed = {}
    for name, command in commands.items():
        try:
            check(command, expected)
        except Different as difference:
            failed[name] = str(difference)
    times = {name: [] for name in commands if name not in failed}
    for _ in range(runs):
        for name, taken in times.items():
            taken.append(processor_time(commands[name]))
    return {"seconds": {name: statistics.median(taken)
                        for name, taken in times.items()},
            "runs": {name: runs for name in times}, "failed": failed}


def measure(commands, expected, wanted_runs):
    """Medians and numbers of runs of {name: command}, and why some have none.

    expected is how each ends and what it prints.
    """
    runs, times, failed = {}, {}, {}
    for name, command in commands.items():
        try:
            seconds = check(command, expected)
        except Different as difference:
            failed[name] = str(difference)
            continue
        runs[name] = wanted_runs or default_runs(seconds)
        times[name] = []
    for number in range(ROUNDS):
        order = list(runs) if number % 2 else list(reversed(runs))
        for name in order:
            share = (runs[name] * (number + 1) // ROUNDS
                     - runs[name] * number // ROUNDS)
            if share:
                times[name] += time_in_a_row(commands[name], share)
    return {"seconds": {name: statistics.median(taken)
                        for name, taken in times.items()},
            "runs": runs, "failed": failed}
