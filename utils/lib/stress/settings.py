"""What the command line of utils/stress says, as every suite is told it."""

import argparse
import os
import pathlib
import shutil
import sys

import workers

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = ("remote-run", "remote-stub", "remote-passes")


def fail(text):
    print("utils/stress: error: " + text, file=sys.stderr)
    sys.exit(125)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        fail(message)


def parse(words, suites):
    parser = Parser(prog="utils/stress", allow_abbrev=False,
                    description="The head of utils/stress says more.")
    parser.add_argument("suite", nargs="?", default="all", metavar="SUITE",
                        help=", ".join(suites) + " or all")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--llvm", default="22", metavar="N")
    parser.add_argument("--tools", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--count", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--only", type=int, action="append", default=[],
                        metavar="N")
    parser.add_argument("--filter", default="", metavar="SUBSTRING")
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--unlimited-memory", action="store_true")
    parser.add_argument("--jobs", type=int, metavar="N",
                        default=len(os.sched_getaffinity(0)))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--remote-run", type=pathlib.Path, metavar="PATH")
    parser.add_argument("--folder", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--page", type=pathlib.Path,
                        default=ROOT / "docs/reliability.md")
    options = parser.parse_args(words)
    if options.suite not in ("all", *suites):
        fail("no suite '%s'; there are: %s" % (options.suite,
                                               ", ".join(suites)))
    for name in ("jobs", "count"):
        if getattr(options, name) is not None and getattr(options, name) < 1:
            fail("--%s=%d is less than 1" % (name, getattr(options, name)))
    options.remote_run = options.remote_run or options.build / "bin/remote-run"
    for name in PROGRAMS:
        if not options.table and not os.access(
                options.remote_run.with_name(name), os.X_OK):
            fail("there is no program '%s'" %
                 options.remote_run.with_name(name))
    return options


class Settings:
    """Of one suite. `scratch` is a folder that goes when the suite is over."""

    def __init__(self, options, scratch):
        self.llvm = options.tools or pathlib.Path(
            "/usr/lib/llvm-%s/bin" % options.llvm)
        self.build = options.build.absolute()
        self.corpus = options.build.absolute() / "corpus"
        self.folder = (options.folder or options.build / "stress").absolute()
        self.scratch = scratch
        self.sample, self.seed = options.sample, options.seed
        self.jobs, self.count = options.jobs, options.count
        self.memory = ({"memory": None} if options.unlimited_memory else {})
        self.only, self.filter = options.only, options.filter
        self.remote_run = copy_programs(options.remote_run, scratch / "bin")

    def is_whole(self):
        """Whether this is all of the suite, for the table."""
        return not (self.sample or self.count or self.only or self.filter)

    def numbers(self, count):
        """Those of the cases that are chosen."""
        return self.only or range(self.count or count)

    def spread(self, work, cases, jobs=None, one_user=False):
        return workers.spread(work, cases, jobs or self.jobs, self.scratch,
                              one_user)

    def complain(self, text):
        print("utils/stress: " + text, file=sys.stderr, flush=True)


def copy_programs(remote_run, folder):
    """Where every user may execute them, and a build cannot change them."""
    folder.mkdir()
    for name in PROGRAMS:
        shutil.copy(remote_run.with_name(name), folder / name)
    return folder / "remote-run"
