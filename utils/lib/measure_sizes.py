#!/usr/bin/env python3
"""Time and memory of large programs under remote-run and under lli.

utils/measure-sizes runs it; see there.

Time is the median of the runs, which alternate between the two, so that what
else the machine does falls on both. Processor time, of all processes of a run,
user and system, comes from wait4 and hardly depends on the machine's load.

Memory is measured in a run of its own; how: process_memory.py.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

import linked_programs
from process_memory import Unseen, run, run_for_memory

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
INPUTS = os.path.join(ROOT, "test", "scale", "Inputs")
LIMIT = 1.1


class Program:
    """How to make a program: its IR at NAME.ll, and options of both tools."""

    def __init__(self, title, size, make, options=(), arguments=()):
        self.title, self.size, self.make = title, size, make
        self.options, self.arguments = options, arguments


def generator(script, *options):
    def make(tools, size, stem):
        write(stem + ".ll", sys.executable, os.path.join(INPUTS, script),
              "ir", str(size), *options)
    return make


def debug_information(tools, size, stem):
    write(stem + ".c", sys.executable, os.path.join(INPUTS, "debug.py"),
          str(size))
    subprocess.run([tools + "/clang", "-g", "-O1", "-S", "-emit-llvm",
                    stem + ".c", "-o", stem + ".ll"], check=True)


def system_symbols(tools, size, stem):
    write(stem + ".ll", sys.executable, os.path.join(INPUTS, "symbols.py"),
          tools, str(size))


def library_symbols(tools, size, stem):
    script = os.path.join(INPUTS, "library.py")
    write(stem + ".c", sys.executable, script, "library", str(size))
    subprocess.run([tools + "/clang", "-shared", "-fPIC", stem + ".c",
                    "-o", stem + ".so"], check=True)
    write(stem + ".ll", sys.executable, script, "ir", str(size))


def deep_recursion(tools, size, stem):
    subprocess.run([tools + "/clang", "-O1", "-S", "-emit-llvm",
                    os.path.join(ROOT, "test", "scale", "deep-recursion.c"),
                    "-o", stem + ".ll"], check=True)


PROGRAMS = {
    "functions": Program("{} functions", 10000, generator("functions.py")),
    "comdat-functions": Program("{} functions, each in its section", 10000,
                                generator("functions.py", "--comdat")),
    "strings": Program("{} string constants", 100000,
                       generator("strings.py")),
    "data": Program("{} MiB of initialised data", 64, generator("data.py")),
    "instructions": Program("a function of {} instructions", 100000,
                            generator("instructions.py")),
    "system-symbols": Program("{} symbols of the system's libraries", 1000,
                              system_symbols),
    "library-symbols": Program("{} symbols of a library", 1000,
                               library_symbols, ["-dlopen={stem}.so"]),
    "deep-recursion": Program("recursion as deep as {} MiB of stack allow", 8,
                              deep_recursion, [], ["near"]),
    "debug-information": Program("{} functions with debug information", 1000,
                                 debug_information),
    "text": Program("{} MiB of text, most of it tables", 50,
                    generator("text.py")),
}


def write(path, *command):
    with open(path, "wb") as out:
        subprocess.run(command, stdout=out, check=True)


def measure(commands, runs):
    """For each command: medians of its times, and the memory of one run."""
    taken = [[] for _ in commands]
    outcomes = set()
    for number in range(runs):
        order = list(enumerate(commands))
        for index, command in order if number % 2 else reversed(order):
            finished, outcome = run(command, watch=False)
            taken[index].append(finished)
            outcomes.add(outcome)
    results = []
    for command, all_taken in zip(commands, taken):
        finished, outcome = run_for_memory(command)
        outcomes.add(outcome)
        finished.wall = statistics.median(t.wall for t in all_taken)
        finished.processor = statistics.median(t.processor for t in all_taken)
        results.append(finished)
    if len(outcomes) != 1:
        sys.exit("not all runs ended alike: %.500r" % outcomes)
    return results


HEADER = """\
| program | lli: s | remote-run: s | ratio | lli: CPU s | remote-run: CPU s \
| ratio | lli: MiB | controller: MiB | ratio | executor: MiB | together: MiB \
| ratio |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


def row(title, lli, ours, controller):
    """The table's line, and the ratios that have to be low."""
    mib = 1024
    lli_peak = max(lli.peaks.values())
    own = ours.peaks[controller]
    other = max((peak for program, peak in ours.peaks.items()
                 if program != controller), default=0)
    ratios = (ours.processor / lli.processor, ours.together / lli_peak)
    cells = [title, "%.2f" % lli.wall, "%.2f" % ours.wall,
             "%.2f" % (ours.wall / lli.wall),
             "%.2f" % lli.processor, "%.2f" % ours.processor,
             "%.2f" % ratios[0],
             "%.0f" % (lli_peak / mib), "%.0f" % (own / mib),
             "%.2f" % (own / lli_peak), "%.0f" % (other / mib),
             "%.0f" % (ours.together / mib), "%.2f" % ratios[1]]
    return "| " + " | ".join(cells) + " |", ratios


def usual_size(name):
    """None for what is no program."""
    if name in linked_programs.PROGRAMS:
        return linked_programs.PROGRAMS[name][1]
    return PROGRAMS[name].size if name in PROGRAMS else None


def parse_arguments():
    parser = argparse.ArgumentParser(prog="utils/measure-sizes")
    parser.add_argument("--llvm", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--remote-run",
                        default=os.path.join(ROOT, "build/bin/remote-run"))
    parser.add_argument("--lli")
    parser.add_argument("--keep")
    parser.add_argument("programs", nargs="*", metavar="PROGRAM[=SIZE]",
                        default=[*PROGRAMS, *linked_programs.PROGRAMS])
    options = parser.parse_args()
    options.lli = options.lli or os.path.join(options.llvm, "lli")
    options.remote_run = os.path.realpath(options.remote_run)
    chosen = []
    for word in options.programs:
        name, _, size = word.partition("=")
        usual = usual_size(name)
        if not usual or (size and not size.isdigit()):
            parser.error("no program '%s'; there are: %s" % (word, ", ".join(
                [*PROGRAMS, *linked_programs.PROGRAMS])))
        chosen.append((name, int(size or usual)))
    options.programs = chosen
    return options


def measure_program(options, name, size, folder):
    program = PROGRAMS[name]
    stem = os.path.join(folder, name)
    program.make(options.llvm, size, stem)
    rest = [option.format(stem=stem) for option in program.options]
    rest += [stem + ".ll", *program.arguments]
    lli, ours = measure([[options.lli, "-jit-kind=mcjit", *rest],
                         [options.remote_run, *rest]], options.runs)
    title = program.title.format(format(size, ","))
    line, ratios = row(title, lli, ours, options.remote_run)
    print(line, flush=True)
    return ["%s: %.2f times the %s" % (title, ratio, what)
            for what, ratio in zip(("processor time", "memory"), ratios)
            if ratio > LIMIT]


def main():
    options = parse_arguments()
    said, all_reached = [], True
    compiled = [each for each in options.programs if each[0] in PROGRAMS]
    linked = [each for each in options.programs if each[0] not in PROGRAMS]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        if compiled:
            print(HEADER, flush=True)
        for name, size in compiled:
            above = measure_program(options, name, size, folder)
            said, all_reached = said + above, all_reached and not above
        if linked:
            print(("\n" if compiled else "") + linked_programs.HEADER,
                  flush=True)
        for name, size in linked:
            lines, reached = linked_programs.measure(options, name, size,
                                                     folder, measure)
            said, all_reached = said + lines, all_reached and reached
    print("", *said, sep="\n" if said else "")
    sys.exit(not all_reached)


if __name__ == "__main__":
    try:
        main()
    except Unseen as unseen:
        sys.exit(str(unseen))
