"""Counts the instructions of remote-run and of lli: see utils/measure-instructions.

What counts them sees each process of a command: valgrind and the emulator are told to
follow, and each process has a number of its own. Times would be the emulator's; the
number of instructions is the machine's, but says nothing of how long one takes.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PROGRAMS = ("empty", "sqlite")
EMPTY = "int main(void) { return 0; }\n"


def parse_arguments():
    parser = argparse.ArgumentParser(prog="utils/measure-instructions")
    parser.add_argument("--llvm", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--system", type=pathlib.Path,
                        help="of aarch64, in build/hosts")
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()
    unknown = set(options.programs) - set(PROGRAMS)
    if unknown:
        parser.error("no program '%s'; there are: %s" %
                     (unknown.pop(), ", ".join(PROGRAMS)))
    return options


class Callgrind:
    """Of this machine's programs."""
    triple = None

    def __init__(self, llvm, folder):
        self.lli = llvm / "lli"
        # Valgrind does not read the debug information of a new compiler.
        for name in ("remote-run", "remote-stub"):
            run([llvm / "llvm-strip", ROOT / "build/bin" / name, "-o",
                 folder / name])
        self.remote_run = folder / "remote-run"
        self.sqlite = ROOT / "build/corpus/sqlite/sqlite"
        self.folder = folder / "callgrind"

    def counts(self, command):
        """Of each process, by its command line."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        run(["valgrind", "-q", "--tool=callgrind", "--trace-children=yes",
             "--callgrind-out-file=%s/%%p" % self.folder, *command])
        return [self.read(path) for path in self.folder.iterdir()]

    @staticmethod
    def read(path):
        fields = dict(line.split(": ", 1) for line in
                      path.read_text(encoding="utf-8").splitlines()
                      if line.startswith(("cmd: ", "totals: ")))
        return fields["cmd"], int(fields["totals"])


class Emulated:
    """Of programs for aarch64, which the kernel runs by qemu."""
    triple = "aarch64-linux-gnu"

    def __init__(self, llvm, folder, system):
        lib = system / "opt/arm64/usr/lib"
        self.lli = lib / "llvm-22/bin/lli"
        self.remote_run = (
            system / "home/remote-run/build-aarch64/bin/remote-run")
        self.sqlite = ROOT / "build/corpus-aarch64-linux-gnu/sqlite/sqlite"
        self.counted = folder / "counted"
        plugin = folder / "count.so"
        subprocess.run([llvm / "clang", "-O2", "-shared", "-fPIC",
                        "-fvisibility=hidden", HERE / "count.c", "-o", plugin],
                       check=True)
        self.environment = dict(
            os.environ, QEMU_LD_PREFIX=str(system),
            QEMU_PLUGIN="file=%s,to=%s" % (plugin, self.counted),
            # qemu takes from it what libLLVM is found by, and forgets it.
            QEMU_SET_ENV="LD_LIBRARY_PATH=%s" % (lib / "aarch64-linux-gnu"))

    def counts(self, command):
        """Of each process, by its command line."""
        self.counted.unlink(missing_ok=True)
        run(command, env=self.environment)
        lines = self.counted.read_text(encoding="utf-8").splitlines()
        pairs = [line.split("\t", 1) for line in lines]
        return [(words, int(number)) for number, words in pairs]


def run(command, **settings):
    done = subprocess.run([str(word) for word in command], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, **settings)
    if done.returncode:
        sys.exit("status %d: %s\n%s" % (done.returncode, command, done.stderr))
    return done.stdout


def make_empty(llvm, folder, triple):
    """The stem of an empty main, as bitcode and native."""
    stem = folder / "empty"
    source = stem.with_suffix(".c")
    source.write_text(EMPTY, encoding="utf-8")
    compiler = [llvm / "clang", "-O2", source]
    if triple:
        compiler += ["--target=" + triple, "-fuse-ld=lld"]
    run([*compiler, "-c", "-emit-llvm", "-o", stem.with_suffix(".bc")])
    run([*compiler, "-o", stem.with_suffix(".native")])
    return stem


def commands(counter, stem, arguments, folder):
    """What is compared, by name; what needs a cache has had a run before."""
    bitcode = stem.with_suffix(".bc")
    cache = "--cache=%s" % (folder / ("cache-" + stem.name))
    ours = [counter.remote_run]
    return {
        "remote-run": [*ours, bitcode, *arguments],
        "remote-run, cache hit": [*ours, cache, bitcode, *arguments],
        "lli -jit-kind=mcjit": [counter.lli, "-jit-kind=mcjit", bitcode,
                                *arguments],
        "lli": [counter.lli, bitcode, *arguments],
        "native": [stem.with_suffix(".native"), *arguments],
    }


def millions(count):
    return "%.2f" % (count / 1e6)


def measure(counter, command, runs):
    """Medians of all processes, and of the executors among them."""
    totals, executors = [], []
    for _ in range(runs):
        counted = counter.counts(command)
        totals.append(sum(count for _, count in counted))
        executors.append(sum(count for words, count in counted
                             if "remote-stub" in words))
    return statistics.median(totals), statistics.median(executors)


def print_table(counter, programs, folder, runs):
    print("| program | run by | millions of instructions | of these in the "
          "executor | of `lli -jit-kind=mcjit` |")
    print("|---|---|--:|--:|--:|")
    for name, stem, arguments in programs:
        todo = commands(counter, stem, arguments, folder)
        # The first run fills the cache.
        counter.counts(todo["remote-run, cache hit"])
        measured = {way: measure(counter, command, runs)
                    for way, command in todo.items()}
        whole = measured["lli -jit-kind=mcjit"][0]
        for way, (total, executor) in measured.items():
            print("| %s | %s | %s | %s | %.3f |" % (
                name, way, millions(total),
                millions(executor) if executor else "–", total / whole),
                flush=True)


def main():
    options = parse_arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        counter = (Emulated(options.llvm, folder, options.system)
                   if options.system else Callgrind(options.llvm, folder))
        empty = make_empty(options.llvm, folder, counter.triple)
        known = {
            "empty": ("an empty main", empty, []),
            "sqlite": ("SQLite's shell, `select 1`", counter.sqlite,
                       [":memory:", "select 1"]),
        }
        print_table(counter, [known[name] for name in options.programs or PROGRAMS],
                    folder, options.runs)


if __name__ == "__main__":
    main()
