"""A test format for lit: one in which every test has a time limit.

lit has one of its own, but ends a test's processes by a Python package that
Debian's lit does not bring, and then waits for who holds their pipes. Here /proc
says who that is. The seconds are `config.test_seconds`.
"""

import contextlib
import os
import pathlib
import signal

import lit.formats
import lit.TestRunner
import lit.util


class BoundedShTest(lit.formats.ShTest):
    """In a process that runs one test at a time, as lit's workers do."""

    def execute(self, test, lit_config):
        lit.util.killProcessAndChildrenIsSupported = lambda: (True, "")
        lit.TestRunner.TimeoutHelper = Ending
        # Since LLVM 23 each suite has a limit of its own.
        limited = (test.config if hasattr(test.config, "maxIndividualTestTime")
                   else lit_config)
        limited.maxIndividualTestTime = test.config.test_seconds
        return super().execute(test, lit_config)


class Ending(lit.TestRunner.TimeoutHelper):
    """Of the processes of one test; lit has a timer's thread call it."""

    def __init__(self, timeout):
        super().__init__(timeout)
        self.pipes_before = pipes(os.getpid())

    def _kill(self):
        with self._lock:
            # LLVM 19's lit has objects here, later ones numbers. With none of
            # them, the test has just ended by itself.
            numbers = {getattr(process, "pid", process) for process in self._procs}
            left = {process for process in numbers
                    if os.path.exists("/proc/%d" % process)}
            if left:
                end(left, self.pipes_before)
            self._procs = []
            self._doneKillPass = True


def end(processes, before):
    """Kills them, what has come of them, and who shares a pipe with that, or with
    this process if it did not have it before."""
    found = set()
    wanted = pipes(os.getpid()) - before
    # Stopped, none of them can start another meanwhile.
    while more := set().union(*map(below, processes),
                              holders(wanted)) - found:
        signal_all(more, signal.SIGSTOP)
        found |= more
        wanted |= set().union(*map(pipes, more)) - before
    signal_all(found, signal.SIGKILL)


def below(process):
    """The process itself included."""
    return {process}.union(*map(below, children(process)))


def children(process):
    found = set()
    for path in glob("/proc/%d/task/*/children" % process):
        with contextlib.suppress(OSError):
            found.update(map(int, path.read_text().split()))
    return found


def pipes(process):
    found = set()
    for path in glob("/proc/%s/fd/*" % process):
        with contextlib.suppress(OSError):
            found.add(os.readlink(path))
    return {name for name in found if name.startswith("pipe:")}


def holders(wanted):
    # A worker that was forked later has pipes of this one.
    others = {int(path.name) for path in glob("/proc/[0-9]*")} - {
        os.getpid(), os.getppid()} - children(os.getppid())
    return {process for process in others if pipes(process) & wanted}


def glob(pattern):
    """What is there; processes come and go meanwhile."""
    with contextlib.suppress(OSError):
        yield from pathlib.Path("/").glob(pattern.lstrip("/"))


def signal_all(processes, number):
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)
