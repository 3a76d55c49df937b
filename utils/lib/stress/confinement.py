"""Runs one command that may do anything, and sees all that it leaves behind.

For a process that does nothing else: whatever a command leaves without a parent
becomes this process's child (PR_SET_CHILD_SUBREAPER), so nothing is overlooked,
and nothing is ended that others have started. Started by root, the command runs
as a user that has nothing.
"""

import contextlib
import ctypes
import dataclasses
import os
import pathlib
import resource
import select
import signal
import subprocess
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
MEBIBYTE = 1 << 20
# No system gives such numbers to users, and no two commands at a time have the
# same: what a limit counts is the user's.
FIRST_USER, USERS_OF_COMMAND = 1 << 24, 256

_prctl = ctypes.CDLL(None, use_errno=True).prctl


@dataclasses.dataclass
class Limits:
    """Seconds and counts; of memory, files and the stack, bytes."""
    seconds: float = 60
    cpu: int = 60
    memory: int | None = 4096 * MEBIBYTE
    file: int = 10 * MEBIBYTE
    processes: int = 200
    stack: int = 8 * MEBIBYTE
    descriptors: int = 1024
    # An executor whose controller died is gone a moment later; this is for a
    # machine that is busy.
    linger: float = 5


@dataclasses.dataclass
class Ended:
    status: int  # as subprocess has it: negative for a signal
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False
    left: tuple = ()  # the processes that it left: their names and states


class Confinement:
    """One at a time in a process. `number` keeps the processes of one command
    apart, as different users but where they are to be one; `command` is the
    command's process."""

    def __init__(self, scratch, command, number, one_user):
        if _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "PR_SET_CHILD_SUBREAPER")
        self.user = None
        if os.geteuid() == 0:
            self.user = FIRST_USER + command * USERS_OF_COMMAND + (
                0 if one_user else number)
        self.captures = scratch / ("captures%d" % number)
        self.captures.mkdir(exist_ok=True)
        self.folder = scratch / ("run%d" % number)

    def new_folder(self):
        """An empty one, in which the next command runs."""
        # As root: what the command made there may be anyone's.
        subprocess.run(["rm", "-rf", str(self.folder)], check=True)
        self.folder.mkdir()
        if self.user is not None:
            os.chown(self.folder, self.user, self.user)
        return self.folder

    def run(self, command, limits, is_over=lambda so_far: False, daemons=0,
            stdout_to=None, interrupt=None):
        """Runs it in the folder.

        `is_over(standard error so far)` may end it before its time; `interrupt`
        is a signal that it gets, and after how many seconds. As many `daemons`
        are awaited of what it leaves. Standard output is kept, unless there is a
        descriptor for it, which is closed here.
        """
        with open(self.captures / "stdout", "w+b") as stdout, \
                open(self.captures / "stderr", "w+b") as stderr:
            begin = time.monotonic()
            process = self._start(command, limits, stdout_to or stdout, stderr)
            if stdout_to is not None:
                os.close(stdout_to)
            if interrupt:
                _interrupt(process, *interrupt)
            timed_out = self._wait(process, limits, stderr, is_over)
            seconds = time.monotonic() - begin
            left = self._end_all(0 if timed_out else limits.linger, daemons)
            # The offset is shared with the command.
            stdout.seek(0)
            stderr.seek(0)
            return Ended(process.returncode, stdout.read(), stderr.read(),
                         seconds, timed_out, left)

    def _start(self, command, limits, stdout, stderr):
        whose = {} if self.user is None else {
            "user": self.user, "group": self.user, "extra_groups": []}
        return subprocess.Popen(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=stdout,
            stderr=stderr, start_new_session=True, **whose,
            env={**os.environ, "TMPDIR": str(self.folder),
                 "HOME": str(self.folder), "REMOTE_RUN_CRASH_DIR": ""},
            preexec_fn=lambda: self._confine(limits))

    def _confine(self, limits):
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # SIGXCPU comes first only where SIGKILL comes later.
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
        for kind, most in ((resource.RLIMIT_AS, limits.memory),
                           (resource.RLIMIT_FSIZE, limits.file),
                           (resource.RLIMIT_STACK, limits.stack),
                           (resource.RLIMIT_NOFILE, limits.descriptors),
                           (resource.RLIMIT_CORE, 0)):
            if most is not None:
                resource.setrlimit(kind, (most, most))
        if self.user is not None:
            resource.setrlimit(resource.RLIMIT_NPROC,
                               (limits.processes, limits.processes))

    def _wait(self, process, limits, stderr, is_over):
        """Whether the command had to be ended."""
        if process.poll() is not None:
            return False
        end = time.monotonic() + limits.seconds
        descriptor = os.pidfd_open(process.pid)
        try:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            while not poll.poll(3000):
                written = os.pread(stderr.fileno(), MEBIBYTE, 0)
                if time.monotonic() > end or is_over(written):
                    # Not reaped yet, so the number is still its own.
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                    return True
        finally:
            os.close(descriptor)
        process.wait()
        return False

    def _end_all(self, linger, daemons):
        """Ends and reaps what is left; tells what did not end by itself."""
        deadline = time.monotonic() + linger
        while (_reap() and len(children()) > daemons and
               time.monotonic() < deadline):
            time.sleep(0.005)
        left = tuple(describe(child) for child in children())
        while _reap():
            for child in children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.005)
        return left


def _interrupt(process, number, seconds):
    """Sends the signal, unless the process has ended until then."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
        return
    process.send_signal(number)


def _reap():
    """Takes the children that are dead; whether there are others."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return True
        except ChildProcessError:
            return False


def children():
    path = pathlib.Path("/proc/self/task/%d/children" % os.getpid())
    return [int(number) for number in path.read_text().split()]


def describe(process):
    """The name of a process and the letter of its state, as in proc(5)."""
    try:
        text = pathlib.Path("/proc/%d/stat" % process).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "gone"
    name, _, rest = text.rpartition(")")
    return "%s %s" % (name.partition("(")[2], rest.split()[0])
