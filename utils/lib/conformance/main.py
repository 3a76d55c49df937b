"""The command behind utils/conformance; see there for its usage."""

import fcntl
import importlib
import os
import pathlib
import resource
import signal
import sys
import tempfile

import arguments
import results
import runner
import table
import targets
from arguments import ROOT, fail
from journal import Journal
from suite import FAILED, PASSED, Settings, Suite, SuiteError

# A program that prints without end is not to fill the disk.
OUTPUT_LIMIT = 1 << 30
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal that asks us to end; its number is the argument."""


def on_signal(number, _):
    # The second one is not to disturb the cleaning up after the first.
    for each in ENDING_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted(number)


def load_suite(name):
    """The suite of that name, or in the module of that path."""
    path = pathlib.Path(name)
    if name in arguments.SUITES:
        path = pathlib.Path(__file__).with_name(name.replace("-", "_") + ".py")
    if not path.exists():
        fail("the suite '%s' has no module '%s'" % (name, path))
    sys.path.append(str(path.resolve().parent))
    module = importlib.import_module(path.stem)
    found = [value for value in vars(module).values()
             if isinstance(value, type) and issubclass(value, Suite)
             and value.__module__ == module.__name__]
    if len(found) != 1:
        fail("'%s' has %d suites, not one" % (path, len(found)))
    return found[0]()


def level(suite, options):
    """The level of the compiler that makes the IR; "" where cases choose."""
    if suite.is_configurable:
        return (options.opt or "O2").lstrip("-")
    if options.opt or options.run_option:
        fail("%s takes no --opt and no --run-option: its tests say themselves "
             "what they run with" % suite.name)
    return ""


def make_settings(suite, options, scratch):
    build = ROOT / arguments.build_folder(options)
    remote_run = (options.remote_run or build / "bin/remote-run").absolute()
    settings = Settings(
        folder=options.folder.absolute(), scratch=pathlib.Path(scratch),
        llvm=options.llvm,
        tools=(pathlib.Path("/usr/lib/llvm-%s/bin" % options.llvm)
               if options.host == targets.HOST else build / "cross-tools"),
        remote_run=remote_run,
        remote_stub=targets.stub(remote_run, options.target, options.host),
        target=options.target, host=options.host, opt=level(suite, options),
        run_options=tuple(options.run_option), fresh=options.fresh)
    compiler = targets.compiler_program(remote_run, options.target,
                                        options.host)
    for needed in (settings.tool("clang"), remote_run, compiler,
                   settings.remote_stub):
        if not os.access(needed, os.X_OK):
            fail("there is no program '%s'" % needed)
    return settings


def sample(suite, settings):
    """Of the suite's sample what shall pass: one case more in a folder may put
    another one into it."""
    known = table.read(table.KNOWN)
    words = table.words_of(settings.opt, settings.target, settings.run_options,
                           settings.host)
    return [case for case in suite.sample()
            if not table.known_cause(known, suite.name, words, case)]


def choose(suite, options, settings):
    """The cases that are to be run, and what that choice is called."""
    if options.sample:
        return sample(suite, settings), "sample"
    if options.filter is None:
        return suite.cases(), "all"
    cases = [case for case in suite.cases() if options.filter in case]
    if not cases:
        fail("no case of %s has '%s' in its name" %
             (suite.name, options.filter))
    return cases, "filter"


def say(text):
    print("utils/conformance: " + text, file=sys.stderr, flush=True)


def fetch(suite, folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "fetch.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        suite.fetch(folder)


def fetch_all(options):
    every = [name for name in arguments.SUITES
             if name not in arguments.LARGE_SUITES]
    for name in [options.suite] if options.suite else every:
        suite = load_suite(name)
        fetch(suite, options.folder.absolute() / suite.name)
    return 0


def run_suite(options, scratch):
    suite = load_suite(options.suite)
    settings = make_settings(suite, options, scratch)
    folder = settings.folder / suite.name
    fetch(suite, folder)
    cases, selection = choose(suite, options, settings)
    path = folder / "results" / (
        results.configuration_name(settings, selection) + ".json")
    with Journal(path.with_suffix(".journal"),
                 results.identity(settings, suite, selection), options.fresh,
                 lambda: say("waiting for another run of the same")) as journal:
        verdicts = runner.run(suite, settings, cases, journal, options.jobs)
        results.write(path, settings, suite, selection, verdicts)
        journal.remove()
    counts = runner.count(verdicts.values())
    print(runner.summary(counts), flush=True)
    return 0 if counts[PASSED] and not counts[FAILED] else 1


def limit(kind, most):
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(kind, (most, hard))


def main():
    options = arguments.parse(sys.argv[1:])
    # Inherited by all that is started.
    limit(resource.RLIMIT_FSIZE, OUTPUT_LIMIT)
    limit(resource.RLIMIT_CORE, 0)
    for number in ENDING_SIGNALS:
        signal.signal(number, on_signal)
    try:
        if options.table:
            return table.write(options.page, options.folder)
        if options.fetch:
            return fetch_all(options)
        with tempfile.TemporaryDirectory(prefix="conformance-") as scratch:
            # What a compiler that is killed leaves is to go with the rest.
            os.environ["TMPDIR"] = scratch
            os.environ["REMOTE_RUN_CRASH_DIR"] = ""
            return run_suite(options, scratch)
    except (SuiteError, OSError) as error:
        fail(str(error))
    except Interrupted as interrupted:
        number = interrupted.args[0]
    # A shell is to see what ended us.
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    sys.exit(main())
