"""What is measured: a function for each row, by the row's name.

Each takes a Context and returns what results.json keeps of it.
"""

import dataclasses
import os
import re
import shlex
import statistics
import subprocess

import embed
import process_memory
import programs
import timing
from variants import (CLANG, EAGER, FAST, FORCED, HIT, LAZY, MCJIT, NATIVE,
                      OURS, PEERS)

DELAY_MS = 50
TRANSFERS = 7
NO_CACHE = "this remote-run has no option --cache"
# In the zeros row: a variant with the small array in place of the large one.
SMALL = ", small"
# In the image row: a variant that maps no image.
NO_IMAGE = ", no image"
IMAGE_RUNS = 500
DIRECT, NEAR, FAR = "direct", "delayed by 0 ms", "delayed"


@dataclasses.dataclass
class Context:
    workshop: programs.Workshop
    runners: object
    runs: int               # 0 for what is right for the row
    has_cache: bool

    def command(self, variant, program):
        return self.runners.command(variant, program)

    def runnable(self, variants):
        return [variant for variant in variants
                if variant != HIT or self.has_cache]


def expected_of(program):
    return timing.run_once([str(program.native), *program.arguments])[0]


def timed(make, variants):
    """A row of the times of one program."""
    def measure(context):
        program = make(context.workshop)
        commands = {variant: context.command(variant, program)
                    for variant in context.runnable(variants)}
        result = timing.measure(commands, expected_of(program), context.runs)
        if HIT in variants and not context.has_cache:
            result["failed"][HIT] = NO_CACHE
        elif HIT in result["seconds"] and not context.runners.has_cached(
                program):
            del result["seconds"][HIT]
            result["failed"][HIT] = "nothing is in the cache after it"
        return result
    return measure


def zeros(context):
    large = context.workshop.large_zeros()
    small = context.workshop.small_zeros()
    commands = {}
    for variant in (OURS, *PEERS):
        commands[variant] = context.command(variant, large)
        commands[variant + SMALL] = context.command(variant, small)
    return timing.measure(commands, expected_of(large), context.runs)


def image(context):
    program = context.workshop.empty()
    result = {"seconds": {}, "runs": {}, "failed": {}}
    # One after the other: what runs between two runs costs the second one time.
    for variant in context.runnable((OURS, HIT)):
        command = context.command(variant, program)
        commands = {variant: command,
                    variant + NO_IMAGE: [command[0], "--image=false",
                                         *command[1:]]}
        for key, found in timing.measure_processor(
                commands, expected_of(program),
                context.runs or IMAGE_RUNS).items():
            result[key].update(found)
    return result


def symbols(context):
    program = context.workshop.symbols()
    remote_run = context.runners.remote_run
    wrapper = programs.ROOT / "test/tools/delayed_stub.py"

    def command(*options, delay=0):
        return ["/usr/bin/env",
                "REMOTE_RUN_DELAYED_STUB=%s" %
                remote_run.with_name("remote-stub"),
                "REMOTE_RUN_DELAY_MS=%d" % delay,
                str(remote_run), *options, str(program.main)]

    far = "--stub=%s" % wrapper
    return timing.measure({DIRECT: command(), NEAR: command(far),
                           FAR: command(far, delay=DELAY_MS)},
                          expected_of(program), context.runs)


def transfer(command):
    """The bytes per second of a run's transfer, from what --stats says."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=False)
    shipped = re.search(r"stats: bytes shipped +(\d+)$", done.stderr, re.M)
    milliseconds = re.search(r"stats: ship +([0-9.]+) ms$", done.stderr, re.M)
    if done.returncode or not shipped or not milliseconds:
        raise timing.CannotTime(done.stderr)
    return int(shipped[1]) / float(milliseconds[1]) * 1000, int(shipped[1])


def data(context):
    program = context.workshop.data()
    file = program.main.with_suffix(".bin")
    size = os.path.getsize(file)
    cat = ["/bin/sh", "-c", "cat %s | cat >/dev/null" % shlex.quote(str(file))]
    ours = context.command(OURS, program)
    ours.insert(1, "--stats")
    rates, cat_rates = [], []
    timing.run_once(cat)
    transfer(ours)
    runs = context.runs or TRANSFERS
    for _ in range(runs):
        rate, shipped = transfer(ours)
        rates.append(rate)
        cat_rates.append(size / timing.run_once(cat)[1])
    return {"runs": runs, "shipped": shipped, "data": size,
            "rate": statistics.median(rates),
            "cat rate": statistics.median(cat_rates)}


def memory(make):
    """A row of the memory that one program takes."""
    def measure(context):
        program = make(context.workshop)
        expected = expected_of(program)
        found = {}
        if context.has_cache:
            timing.run_once(context.command(HIT, program))
        for variant in context.runnable((OURS, HIT, MCJIT)):
            command = context.command(variant, program)
            finished, outcome = process_memory.run_for_memory(command)
            if outcome != expected:
                raise timing.CannotTime("%s does not do what the native "
                                        "program does" % shlex.join(command))
            own = os.path.realpath(command[0])
            found[variant] = {
                "together": finished.together,
                "first": finished.peaks[own],
                "second": max((peak for path, peak in finished.peaks.items()
                               if path != own), default=0)}
        return {"kibibytes": found}
    return measure


def all_rows():
    make = programs.Workshop
    start = (OURS, HIT, *PEERS)
    # Of lli's manners that compile all of it, one is enough: half a minute.
    library = (OURS, HIT, MCJIT, LAZY, CLANG, NATIVE)
    rows = {
        "empty": timed(make.empty, start),
        "image": image,
        "sqlite": timed(make.sqlite, (OURS, HIT, FAST, *PEERS)),
        "cpython": timed(make.cpython, (OURS, HIT, FAST, CLANG, NATIVE)),
        "jsonnet": timed(make.jsonnet, (OURS, CLANG, NATIVE)),
        "library": timed(make.library, library),
        "linked-library": timed(make.linked_library, (OURS, HIT, MCJIT)),
        "needed-library": timed(make.needed_library, (OURS, EAGER, NATIVE)),
        "work/lua": timed(make.lua_work, (OURS, HIT, NATIVE)),
        "work/sqlite": timed(make.sqlite_work, (OURS, HIT, NATIVE)),
        "work/cpython": timed(make.cpython_work, (OURS, HIT, NATIVE)),
        "zeros": zeros,
        "symbols": symbols,
        "data": data,
        "embed": embed.measure,
    }
    kernels = {"kernels/" + name: (lambda shop, name=name: shop.kernel(name))
               for name in programs.KERNELS}
    for name, kernel in kernels.items():
        rows[name] = timed(kernel, (OURS, FORCED, NATIVE))
    remembered = {
        "empty": make.empty, "symbols": make.symbols,
        "zeros": make.large_zeros, "data": make.data, "sqlite": make.sqlite,
        "library": make.library, **kernels}
    for name, maker in remembered.items():
        rows["memory/" + name] = memory(maker)
    return rows
