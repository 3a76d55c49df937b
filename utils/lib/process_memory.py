"""Runs a command, and tells its time and the memory of each of its processes.

Memory is resident memory. Each process has its peak counted by the kernel
(VmHWM), which is read every millisecond until the process is gone; the peak of
both processes together is the highest sum of what they had at one time
(VmRSS), so read, and no less than a peak of one. A page of a library that both
have counts twice. What happens in the last millisecond of a process escapes
this, so the highest peak is compared with what wait4 says was the maximum of
one process, and a run in which they differ is repeated. wait4 counts what a
process had before its program, too, which is this one's memory; of a program that
needs less than that, the highest of several runs is taken. A control group's
counter would be simpler, but it needs root, and leaves out the pages of files
that were in memory before.
"""

import os
import resource
import subprocess
import tempfile
import time

POLL_SECONDS = 0.001
ATTEMPTS = 5


class Unseen(Exception):
    """A process was gone each time before its memory could be read."""


class Finished:
    """One run: wall and processor time in seconds, memory in KiB."""

    def __init__(self):
        self.wall = self.processor = self.largest = 0
        self.peaks = {}     # of each process, by its program's path
        self.together = 0


def executable_of(process):
    try:
        return os.readlink("/proc/%d/exe" % process)
    except OSError:
        return ""


def memory_of(process):
    """VmHWM and VmRSS; zeroes if it is gone."""
    found = {}
    try:
        with open("/proc/%d/status" % process) as file:
            for line in file:
                if line.startswith(("VmHWM:", "VmRSS:")):
                    found[line[:5]] = int(line.split()[1])
    except OSError:
        pass
    return found.get("VmHWM", 0), found.get("VmRSS", 0)


def children_of(process):
    try:
        with open("/proc/%d/task/%d/children" % (process, process)) as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def watch_memory(leader, finished):
    """Notes what the process and its children have at this time."""
    own = executable_of(leader)
    total = 0
    for process in [leader, *children_of(leader)]:
        program = executable_of(process)
        # Before a child starts its program, it is its parent's image.
        if not program or (process != leader and program == own):
            continue
        peak, current = memory_of(process)
        finished.peaks[program] = max(finished.peaks.get(program, 0), peak)
        total += current
    finished.together = max(finished.together, total)


def run(command, watch):
    """Runs a command, and returns how it went and what it printed."""
    finished = Finished()
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out)
        try:
            ended, status = 0, 0
            while not ended:
                if watch:
                    watch_memory(child.pid, finished)
                    time.sleep(POLL_SECONDS)
                ended, status, usage = os.wait4(child.pid,
                                                os.WNOHANG if watch else 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if child.returncode is None:
                child.kill()
                child.wait()
        finished.wall = time.monotonic() - start
        finished.processor = usage.ru_utime + usage.ru_stime
        finished.largest = usage.ru_maxrss
        out.seek(0)
        return finished, (child.returncode, out.read())


def run_for_memory(command):
    inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    runs = []
    for _ in range(ATTEMPTS):
        finished, outcome = run(command, watch=True)
        highest = max(finished.peaks.values(), default=0)
        finished.together = max(finished.together, highest)
        if highest >= 0.98 * finished.largest:
            return finished, outcome
        if highest and finished.largest <= inherited:
            runs.append((finished, outcome))
    if len(runs) < ATTEMPTS:
        raise Unseen("cannot see the memory of %s before it ends" % command[0])
    return max(runs, key=lambda seen: seen[0].together)
