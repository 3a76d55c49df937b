"""Starts the processes of a run and ends them, whatever they left behind.

Every command gets a session of its own, so that its group is ended as a whole:
when it is over, when its time is over, and when the run is interrupted.
"""

import concurrent.futures
import contextlib
import dataclasses
import os
import select
import signal
import subprocess
import threading


class Stopped(Exception):
    """The run was interrupted; what was under way has been ended."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    status: int  # as subprocess has it: negative for a signal
    stdout: bytes
    stderr: bytes
    timed_out: bool = False
    # Which of stdout and stderr change from run to run.
    unsteady: tuple = ()


_lock = threading.Lock()
_groups = set()
_stopped = False


def end_all():
    """Ends all that runs; whoever waits for it gets Stopped. For good."""
    global _stopped
    with _lock:
        _stopped = True
        for group in _groups:
            _kill(group)


def _kill(group):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _start(command, folder, environment, stdout, stderr):
    with _lock:
        if _stopped:
            raise Stopped
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=stdout, stderr=stderr, start_new_session=True)
        _groups.add(process.pid)
    return process


def _finish(process, time_limit):
    """Waits for the end of the process and of all in its group."""
    descriptor = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        timed_out = not poll.poll(time_limit * 1000)
    finally:
        os.close(descriptor)
        # The process is not reaped yet, so the number is still its own.
        with _lock:
            _kill(process.pid)
            _groups.remove(process.pid)
            stopped = _stopped
        process.wait()
    if stopped:
        raise Stopped
    return timed_out


def run(command, folder, captures, time_limit, environment=None):
    """Runs a command in `folder`; its output goes through files in `captures`.

    Files and not pipes: a process that outlives the command does not keep
    anyone waiting for the end of its output.
    """
    with open(os.path.join(captures, "stdout"), "w+b") as stdout, \
            open(os.path.join(captures, "stderr"), "w+b") as stderr:
        process = _start(command, folder, environment, stdout, stderr)
        timed_out = _finish(process, time_limit)
        # The offset is shared with the command.
        stdout.seek(0)
        stderr.seek(0)
        return Outcome(process.returncode, stdout.read(), stderr.read(),
                       timed_out)


def in_threads(function, values):
    """What the function returns for each, which starts its processes here;
    so many at a time as there are processors."""
    jobs = len(os.sched_getaffinity(0))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        try:
            return list(pool.map(function, values))
        except BaseException:
            # An interrupt, or a mistake of the function's.
            end_all()
            pool.shutdown(cancel_futures=True)
            raise
