#!/usr/bin/env python3
"""Runs a program natively, and under remote-run cut into parts; compares.

  parts.py --remote-run PATH --llvm FOLDER [options] SOURCE

For every level of --levels, every size of --sizes and every number of threads,
output and status must be those of the native program. With one size, what is
shipped must not depend on the threads. The smallest size must make more than
one part, unless --whole says that this program cannot be cut.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))
JOBS = ("-j1", "-j2", "-j8")
# What is sent beside that has remote-run's process number in it.
SAME_FOR_ALL_JOBS = ("objects", "bytes shipped", "sections", "symbols")


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--remote-run", required=True)
    parser.add_argument("--llvm", required=True, help="folder of LLVM's tools")
    parser.add_argument("--flags", default="", help="for every compilation")
    parser.add_argument("--link", default="", help="for the native link")
    parser.add_argument("--remote", default="", help="options of remote-run")
    parser.add_argument("--levels", default="0,2", help="-O levels, by comma")
    parser.add_argument("--sizes", default="1,10,100")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--status", type=int, default=0)
    parser.add_argument("--module", action="append", default=[])
    parser.add_argument("--object", action="append", default=[])
    parser.add_argument("--archive", action="append", default=[])
    parser.add_argument("source")
    return parser.parse_args()


def run(command):
    return subprocess.run(command, capture_output=True, timeout=TIME_LIMIT)


def checked(command):
    done = run(command)
    if done.returncode != 0:
        sys.exit("cannot build: %s\n%s" % (" ".join(command),
                                           done.stderr.decode()))


class Build:
    """The native program, and the command of the other one."""

    def __init__(self, options, level, folder):
        self.options, self.folder = options, folder
        self.flags = ["-O" + level, "-w", *options.flags.split()]
        self.program = os.path.join(folder, "prog")
        main = self.compile(options.source, "prog")
        objects, self.remote = [main[0]], options.remote.split()
        for number, source in enumerate(options.module):
            native, module = self.compile(source, "module%d" % number)
            objects.append(native)
            self.remote.append("--extra-module=" + module)
        for number, source in enumerate(options.object):
            native, _ = self.compile(source, "object%d" % number)
            objects.append(native)
            self.remote.append("--extra-object=" + native)
        for number, source in enumerate(options.archive):
            native, _ = self.compile(source, "member%d" % number)
            archive = os.path.join(folder, "lib%d.a" % number)
            checked([os.path.join(options.llvm, "llvm-ar"), "rcs", archive,
                     native])
            objects.append(archive)
            self.remote.append("--extra-archive=" + archive)
        self.remote.append(main[1])
        checked([self.compiler(options.source), *self.flags, *objects,
                 *options.link.split(), "-o", self.program])

    def compiler(self, source):
        return os.path.join(self.options.llvm, "clang++" if
                            source.endswith(".cpp") else "clang")

    def compile(self, source, stem):
        """Returns an object and bitcode."""
        stem = os.path.join(self.folder, stem)
        command = [self.compiler(source), *self.flags, "-c", source, "-o"]
        checked([*command, stem + ".o"])
        checked([*command, stem + ".bc", "-emit-llvm"])
        return stem + ".o", stem + ".bc"

    def run_parts(self, size, jobs):
        done = run([self.options.remote_run, "--stats", "--part-size=" + size,
                    jobs, *self.remote])
        errors = done.stderr.decode(errors="backslashreplace")
        counts = dict(re.findall(r"^remote-run: stats: ([a-z ]+?) +(\d+)$",
                                 errors, re.M))
        errors = re.sub(r"(?m)^remote-run: stats: .*\n", "", errors)
        return (done.returncode, done.stdout, errors.encode()), counts


def compare(options, level, folder):
    build = Build(options, level, folder)
    done = run([build.program])
    native = done.returncode, done.stdout, done.stderr
    if native[0] != options.status:
        sys.exit("-O%s: native %r" % (level, native))
    sizes = options.sizes.split(",")
    for size in sizes:
        before = None
        for jobs in JOBS:
            where = "-O%s, --part-size=%s, %s" % (level, size, jobs)
            ended, counts = build.run_parts(size, jobs)
            if ended != native:
                sys.exit("%s:\nnative %r\nremote %r" % (where, native, ended))
            others = len(options.object) + len(options.archive)
            is_cut = int(counts["objects"]) - others > 1
            if size == sizes[0] and is_cut == options.whole:
                sys.exit("%s: %s objects" % (where, counts["objects"]))
            now = {name: counts[name] for name in SAME_FOR_ALL_JOBS}
            if before not in (None, now):
                sys.exit("%s: %s, but %s" % (where, now, before))
            before = now


def main():
    options = parse_arguments()
    for level in options.levels.split(","):
        with tempfile.TemporaryDirectory() as folder:
            compare(options, level, folder)


if __name__ == "__main__":
    main()
