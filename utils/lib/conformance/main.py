"""The command behind utils/conformance; see there for its usage."""

import argparse
import contextlib
import importlib
import os
import pathlib
import platform
import resource
import signal
import sys
import tempfile

import results
import runner
from journal import Journal
from suite import FAILED, PASSED, Settings, Suite, SuiteError

ROOT = pathlib.Path(__file__).resolve().parents[3]
SUITES = {"c-torture": "c_torture", "libstdcxx": "libstdcxx", "mcjit": "mcjit"}
TARGETS = ["x86_64-linux-gnu"]
# A program that prints without end is not to fill the disk.
OUTPUT_LIMIT = 1 << 30


class Interrupted(BaseException):
    """A signal that asks us to end; its number is the argument."""


def fail(text):
    print("utils/conformance: error: " + text, file=sys.stderr)
    sys.exit(125)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        fail(message)


def parse_arguments(argv):
    parser = Parser(prog="utils/conformance")
    parser.add_argument("suite", nargs="?", metavar="SUITE",
                        help=", ".join(SUITES) + ", or a module's file")
    parser.add_argument("--target", default=TARGETS[0])
    parser.add_argument("--opt", default="O2", metavar="LEVEL")
    parser.add_argument("--run-option", action="append", default=[],
                        metavar="OPTION")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--filter", metavar="SUBSTRING")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--remote-run", type=pathlib.Path, metavar="PATH")
    parser.add_argument("--llvm", default="22", metavar="N")
    parser.add_argument("--folder", type=pathlib.Path, metavar="DIR",
                        default=ROOT / "build" / "conformance")
    parser.add_argument("--table", action="store_true")
    return parser.parse_args(argv)


def check_arguments(options):
    if options.target not in TARGETS or platform.machine() != "x86_64":
        fail("target '%s' is not to be had: programs run on this machine "
             "alone, and as %s" % (options.target, ", ".join(TARGETS)))
    options.opt = options.opt.lstrip("-")
    if not (options.opt.startswith("O") and len(options.opt) == 2):
        fail("--opt=%s is no level of optimization, like O2" % options.opt)
    if options.jobs < 1:
        fail("--jobs=%d is less than one" % options.jobs)
    if options.suite is None:
        fail("no suite; there are: " + ", ".join(SUITES))


def load_suite(name):
    """The suite, and the file of its module."""
    path = pathlib.Path(name)
    if name in SUITES:
        path = pathlib.Path(__file__).with_name(SUITES[name] + ".py")
    elif path.suffix != ".py":
        fail("no suite '%s'; there are: %s" % (name, ", ".join(SUITES)))
    if not path.exists():
        fail("the suite '%s' has no module '%s'" % (name, path))
    sys.path.append(str(path.resolve().parent))
    module = importlib.import_module(path.stem)
    found = [value for value in vars(module).values()
             if isinstance(value, type) and issubclass(value, Suite)
             and value.__module__ == module.__name__]
    if len(found) != 1:
        fail("'%s' has %d suites" % (path, len(found)))
    return found[0](), path


def make_settings(options, scratch):
    build = ROOT / ("build" if options.llvm == "22" else
                    "build-llvm" + options.llvm)
    remote_run = (options.remote_run or build / "bin/remote-run").absolute()
    tools = pathlib.Path("/usr/lib/llvm-%s/bin" % options.llvm)
    settings = Settings(
        folder=options.folder.absolute(), scratch=pathlib.Path(scratch),
        llvm=options.llvm, tools=tools, remote_run=remote_run,
        remote_stub=remote_run.with_name("remote-stub"),
        target=options.target, opt=options.opt,
        run_options=tuple(options.run_option), fresh=options.fresh)
    for needed in (tools / "clang", remote_run, settings.remote_stub):
        if not os.access(needed, os.X_OK):
            fail("there is no program '%s'" % needed)
    return settings


def choose(suite, options):
    """The cases that are to be run, and what that choice is called."""
    cases, selection = suite.cases(), "all"
    if options.sample:
        cases, selection = suite.sample(), "sample"
    if options.filter:
        cases = [case for case in cases if options.filter in case]
        selection = "filter"
    if not cases:
        fail("no case of %s is chosen" % suite.name)
    return cases, selection


def run_suite(options, scratch):
    settings = make_settings(options, scratch)
    suite, module = load_suite(options.suite)
    folder = settings.folder / suite.name
    folder.mkdir(parents=True, exist_ok=True)
    suite.fetch(folder)
    cases, selection = choose(suite, options)
    name = results.configuration_name(settings, selection)
    path = folder / "results" / (name + ".json")
    try:
        journal = Journal(path.with_suffix(".journal"), results.identity(
            settings, suite, module, selection), options.fresh)
    except BlockingIOError:
        fail("another run of this configuration is under way")
    if journal.verdicts:
        print("utils/conformance: going on after %d cases" %
              len(journal.verdicts), file=sys.stderr)
    complete = False
    try:
        verdicts = runner.run(suite, settings, cases, journal, options.jobs)
        results.write(path, settings, suite, selection, verdicts)
        complete = True
    finally:
        journal.close(complete)
    counts = runner.count(verdicts.values())
    print(runner.summary(counts), flush=True)
    return 0 if counts[PASSED] and not counts[FAILED] else 1


def on_signal(number, _):
    # The second one is not to disturb the cleaning up after the first.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted(number)


def limit(kind, most):
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(kind, (most, hard))


def main():
    options = parse_arguments(sys.argv[1:])
    check_arguments(options)
    # Inherited by all that is started.
    limit(resource.RLIMIT_FSIZE, OUTPUT_LIMIT)
    limit(resource.RLIMIT_CORE, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        with tempfile.TemporaryDirectory(prefix="conformance-") as scratch:
            return run_suite(options, scratch)
    except SuiteError as error:
        fail(str(error))
    except Interrupted as interrupted:
        number = interrupted.args[0]
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    # A shell is to see what ended us.
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    sys.exit(main())
