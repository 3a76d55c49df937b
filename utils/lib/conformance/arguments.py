"""The command line of utils/conformance; see there for what it means."""

import argparse
import os
import pathlib
import platform
import re
import sys

import targets

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Each in the module of that name, with an underscore for the hyphen.
SUITES = ["c-torture", "libstdcxx", "linker", "mcjit", "own", "cpython"]
# What takes minutes to fetch, and is fetched for who names it.
LARGE_SUITES = ["cpython"]
# What is written for another machine, too.
PORTABLE_SUITES = ["c-torture", "own"]


def fail(text):
    print("utils/conformance: error: " + text, file=sys.stderr)
    sys.exit(125)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        fail(message)


def parse(argv):
    parser = Parser(prog="utils/conformance", allow_abbrev=False,
                    description="The head of utils/conformance says more.")
    parser.add_argument("suite", nargs="?", metavar="SUITE",
                        help=", ".join(SUITES) + ", or the file of a module")
    parser.add_argument("--target", metavar="TARGET")
    parser.add_argument("--host", metavar="MACHINE")
    parser.add_argument("--opt", metavar="LEVEL")
    parser.add_argument("--run-option", action="append", default=[],
                        metavar="OPTION")
    parser.add_argument("--jobs", type=int, metavar="N",
                        default=len(os.sched_getaffinity(0)))
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--filter", metavar="SUBSTRING")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--remote-run", type=pathlib.Path, metavar="PATH")
    parser.add_argument("--llvm", default="22", metavar="N")
    parser.add_argument("--folder", type=pathlib.Path, metavar="DIR",
                        default=ROOT / "build" / "conformance")
    parser.add_argument("--fetch", action="store_true")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--page", type=pathlib.Path, metavar="FILE",
                        default=ROOT / "docs/conformance.md")
    options = parser.parse_args(argv)
    if options.host and options.host not in targets.OTHER_HOSTS:
        fail("--host=%s: there is --host=%s" %
             (options.host, ", ".join(targets.OTHER_HOSTS)))
    options.host = targets.OTHER_HOSTS.get(options.host, targets.HOST)
    options.target = options.target or options.host
    if not options.table and not options.fetch:
        check(options)
    return options


def build_folder(options):
    if options.host != targets.HOST:
        return "build-" + options.host.split("-")[0]
    return "build" if options.llvm == "22" else "build-llvm" + options.llvm


def check(options):
    if options.suite is None:
        fail("no suite; there are: " + ", ".join(SUITES))
    if options.suite not in SUITES and not options.suite.endswith(".py"):
        fail("no suite '%s'; there are: %s" %
             (options.suite, ", ".join(SUITES)))
    if options.target not in targets.ALL:
        fail("no target '%s'; there are: %s" %
             (options.target, ", ".join(targets.ALL)))
    if ({options.target, options.host} != {targets.HOST} and options.suite in SUITES and
            options.suite not in PORTABLE_SUITES):
        fail("%s is for %s alone; for other targets there is %s" %
             (options.suite, targets.HOST, ", ".join(PORTABLE_SUITES)))
    if options.suite == "cpython" and options.llvm != "22":
        fail("cpython's IR is LLVM 22's")
    if platform.machine() != "x86_64":
        fail("this machine is %s; %s is needed, which runs other targets' "
             "programs by an emulator" % (platform.machine(), targets.HOST))
    if options.opt and not re.fullmatch("-?O[0-3sgz]", options.opt):
        fail("--opt=%s is no level like O0, O2 or Os" % options.opt)
    if options.jobs < 1:
        fail("--jobs=%d is less than 1" % options.jobs)
    if options.sample and options.filter is not None:
        fail("--sample and --filter both choose cases; give one")
