"""Compares a program of clang's with the same program under remote-run.

The program is built twice from the same sources with the same flags, to an
executable and to bitcode. Each runs in an empty folder of its own, with an
empty standard input, and both are called ../prog. What a shell sees of them,
standard output, standard error and status, must be the same.
"""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
import signal
import tempfile

import native_cache
import processes
import targets
from suite import FAILED, Verdict, passed, skipped

# A compiler that needs longer has hung.
COMPILE_LIMIT = 300
STREAMS = ("stdout", "stderr")


@dataclasses.dataclass(frozen=True)
class Program:
    sources: list  # paths; the first is the one that gives remote-run its name
    flags: list  # of both compilers' commands
    compiler: str = "clang"
    libraries: list = ()  # for the native link
    run_options: list = ()  # for remote-run, beside the user's
    origin: str = ""  # what else the program depends on: the suite's version
    time_limit: float = 60
    environment: dict = None


@contextlib.contextmanager
def workplace(settings):
    """A folder for one case, with the empty folders that programs run in."""
    # What a program that was just killed still holds goes with the scratch.
    with tempfile.TemporaryDirectory(dir=settings.scratch,
                                     ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        for inner in ("native", "again", "ours", "captures"):
            (folder / inner).mkdir()
        yield folder


def judge_program(program, settings):
    with workplace(settings) as folder:
        native = native_outcome(program, settings, folder)
        if isinstance(native, str):
            return skipped(native)
        modules = compile_to_bitcode(program, settings, folder)
        if isinstance(modules, str):
            return Verdict(FAILED, native="builds", ours=modules,
                           reason="no bitcode")
        command = [str(settings.remote_run),
                   *targets.run_options(settings.target, settings.host),
                   *settings.run_options, *program.run_options]
        command += ["--extra-module=../" + name for name in modules[1:]]
        command.append("../" + modules[0])
        ours = processes.run(command, folder / "ours", folder / "captures",
                             program.time_limit, program.environment)
        return compare(native, ours)


def native_outcome(program, settings, folder):
    """What the native program did; a text where it is no measure of ours."""
    key = native_cache.key([
        compiler_identity(settings, program.compiler), "-" + settings.opt,
        compiler_flags(program, settings), program.libraries, program.origin,
        sorted((program.environment or {}).items())], program.sources)
    found = None if settings.fresh else native_cache.load(settings.folder, key)
    if found is None:
        found = run_natively(program, settings, folder)
        native_cache.store(settings.folder, key, found)
    return found


def compiler_flags(program, settings):
    return [*targets.compiler_flags(settings.target, settings.host),
            *program.flags]


def run_natively(program, settings, folder):
    built = processes.run(
        [settings.tool(program.compiler), "-" + settings.opt,
         *compiler_flags(program, settings), *map(str, program.sources),
         "-o", str(folder / "prog"), *program.libraries],
        folder / "native", folder / "captures", COMPILE_LIMIT)
    if built.timed_out or built.status != 0:
        return "native does not build: " + first_error(built)
    return measure([*targets.launcher(settings.target, settings.host), "../prog"],
                   folder, program.time_limit, program.environment)


def measure(command, folder, time_limit, environment=None, fails=False):
    """What a native program does; a text where it does not pass.

    `fails`: the suite expects of the program that it fails.

    It runs twice, for there are programs that print an address or a number of
    a process. No two runs of them agree, and so they are no measure there.
    """
    outcomes = []
    for inner in ("native", "again"):
        outcome = processes.run(command, folder / inner, folder / "captures",
                                time_limit, environment)
        if outcome.timed_out or (outcome.status != 0 and not fails):
            return "native does not pass: " + describe(outcome)
        outcomes.append(outcome)
    first, second = outcomes
    if first.status != second.status:
        return "native does not always pass: " + describe(second)
    return dataclasses.replace(first, unsteady=tuple(
        stream for stream in STREAMS
        if getattr(first, stream) != getattr(second, stream)))


def compile_to_bitcode(program, settings, folder):
    """The names of the modules in `folder`, or a text that says why not."""
    names = []
    for number, source in enumerate(program.sources):
        name = "prog.bc" if number == 0 else "part%d.bc" % number
        done = processes.run(
            [settings.tool(program.compiler), "-" + settings.opt,
             *compiler_flags(program, settings), "-c", "-emit-llvm", str(source),
             "-o", str(folder / name)],
            folder / "native", folder / "captures", COMPILE_LIMIT)
        if done.timed_out or done.status != 0:
            return "no bitcode: " + first_error(done)
        names.append(name)
    return names


def compare(native, ours):
    """The verdict on two outcomes, where the native one is a success."""
    if ours.timed_out:
        return Verdict(FAILED, describe(native), describe(ours), "no end")
    for what in ("status", *STREAMS):
        if what not in native.unsteady and (
                getattr(native, what) != getattr(ours, what)):
            return Verdict(FAILED, describe(native, what),
                           describe(ours, what), what + " differs")
    return passed("native has another %s in every run" %
                  " and ".join(native.unsteady) if native.unsteady else "")


def describe(outcome, what="status"):
    """An outcome in a line: how it ended, and the output that matters."""
    if outcome.timed_out:
        ended = "no end within the time limit"
    elif outcome.status < 0:
        ended = "killed by " + signal.Signals(-outcome.status).name
    else:
        ended = "status %d" % outcome.status
    if what == "stdout":
        return ended + ", stdout " + excerpt(outcome.stdout)
    if what == "stderr" or (outcome.stderr and outcome.status != 0):
        return ended + ", stderr " + excerpt(outcome.stderr)
    return ended


def excerpt(data, length=300):
    text = data.decode(errors="backslashreplace")
    return repr(text if len(text) <= length else text[:length] + "...")


def first_error(outcome):
    """The line of a compiler's output that says most."""
    if outcome.timed_out:
        return "the compiler does not end"
    lines = outcome.stderr.decode(errors="replace").splitlines()
    for mark in ("undefined reference", "error:", ""):
        for line in lines:
            if mark in line:
                # Without the file's place on this machine.
                return line[line.rfind("/", 0, line.find(mark) + 1) + 1:][:300]
    return "the compiler ends with status %d" % outcome.status


_identities = {}


def compiler_identity(settings, name):
    path = os.path.realpath(settings.tool(name))
    if path not in _identities:
        facts = os.stat(path)
        _identities[path] = "%s %d %d" % (path, facts.st_size,
                                          facts.st_mtime_ns)
    return _identities[path]


def file_identity(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
