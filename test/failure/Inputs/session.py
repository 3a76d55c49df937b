"""A run of remote-run that a test can send signals to, and its processes."""

import os
import pathlib
import signal
import subprocess
import time

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2
# DESIGN: if either side dies, the other is gone within a second. What is
# allowed here is more, for a machine that is busy.
GONE_LIMIT = TIME_LIMIT // 6

# lit's workers ignore the first, nohup the second, and an ignored signal stays
# so in what is started.
for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(ignored, signal.SIG_DFL)


def until(condition, limit=TIME_LIMIT):
    """Polls; whether \\p condition came true in time."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def state(process):
    """The letter of proc(5), or None for a process that is gone."""
    try:
        text = pathlib.Path("/proc/%d/stat" % process).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()[0]


def is_gone(process):
    return state(process) in (None, "Z", "X")


def children(process):
    path = pathlib.Path("/proc/%d/task/%d/children" % (process, process))
    try:
        return [int(number) for number in path.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Session:
    """remote-run, in a process group of its own, with pipes."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.executor = None

    def await_executor(self):
        """The executor's process number; it is the guest's, too."""
        found = until(lambda: children(self.process.pid))
        assert found, "no executor was started"
        self.executor, = children(self.process.pid)
        return self.executor

    def await_line(self, expected):
        line = self.process.stdout.readline()
        assert line == expected + "\n", "the guest said %r" % line

    def finish(self):
        """The exit status as of subprocess, and what was written since.

        Standard input stays open: its end is for the test to choose."""
        self.kept_open, self.process.stdin = self.process.stdin, None
        try:
            output, errors = self.process.communicate(timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError("no end after %d s" % TIME_LIMIT) from None
        return self.process.returncode, output, errors

    def assert_nothing_left(self):
        assert until(lambda: is_gone(self.executor), GONE_LIMIT), \
            "the executor was left behind"
