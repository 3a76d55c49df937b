"""Lets a guest die of every signal that kills, and looks at how it is told.

  deaths.py <remote-run> <guest> <native>

The guest writes a line and dies of the signal that its argument names, and so
does the native program.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile

# signal(7), "Standard signals", whose default is not to terminate.
SURVIVED = {signal.SIGCHLD, signal.SIGCONT, signal.SIGSTOP, signal.SIGTSTP,
            signal.SIGTTIN, signal.SIGTTOU, signal.SIGURG, signal.SIGWINCH}
DEADLY = sorted(set(range(1, signal.SIGRTMAX + 1)) - SURVIVED)
# One of each sort: it speaks, it is silent, it cannot be caught, it dumps a
# core, libc keeps it, it is a realtime one.
SOME = (signal.SIGTERM, signal.SIGPIPE, signal.SIGKILL, signal.SIGABRT, 32,
        signal.SIGRTMIN)
# qemu gives a program other real-time signals than it asks for, one by one.
if "TEST_MACHINE" in os.environ:
    DEADLY = [number for number in DEADLY if number < 32]
    SOME = SOME[:4]


def names(number):
    """Some signals have two; those of libc have none."""
    if number >= signal.SIGRTMIN:
        return ["signal %d (SIGRTMIN+%d)" % (number, number - signal.SIGRTMIN)]
    found = ["signal %d (%s," % (number, name) for name in dir(signal)
             if name.startswith("SIG") and not name.startswith("SIG_")
             and getattr(signal, name) == number]
    return found or ["signal %d" % number]


class Run:
    """One that has ended; raw is what wait(2) says."""

    def __init__(self, *command, prepare=None):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True, cwd=folder,
                preexec_fn=prepare)
            self.output, self.errors = run.stdout.read(), run.stderr.read()
            self.raw = os.waitpid(run.pid, 0)[1]
            run.returncode = self.status = os.waitstatus_to_exitcode(self.raw)

    def __repr__(self):
        return repr((self.status, self.output, self.errors))


def is_told(run, number):
    """Whether its errors are what is to be said of that signal."""
    if number == signal.SIGPIPE:
        return run.errors == ""
    first, *rest = run.errors.splitlines() or [""]
    return first.startswith("remote-run: error: program '") and \
        any("was killed by " + name in first for name in names(number)) and \
        all(line.startswith("  ") for line in rest)


class Deaths:
    def __init__(self, remote_run, guest, native):
        self.remote_run, self.guest, self.native = remote_run, guest, native

    def check(self, number, *options, prepare=None):
        native = Run(self.native, str(number), prepare=prepare)
        assert native.status == -number, (number, native)
        ours = Run(self.remote_run, *options, self.guest, str(number),
                   prepare=prepare)
        where = (number, options, ours, native)
        assert ours.status == native.status, where
        assert ours.output == native.output, where
        assert is_told(ours, number), where
        assert not os.WCOREDUMP(ours.raw), where

    def check_inherited(self, number):
        """Neither a mask nor an ignored signal keeps it alive."""
        def block():
            signal.pthread_sigmask(signal.SIG_BLOCK, {number})

        def ignore():
            signal.signal(number, signal.SIG_IGN)
        self.check(number, prepare=block)
        self.check(number, prepare=ignore)
        self.check(number, "--stdio=forward", prepare=block)
        self.check(number, "--stdio=forward", prepare=ignore)

    def check_exit_status(self, number, *options):
        """For who does not want to see it die."""
        ours = Run(self.remote_run, "--signal-exit-status", *options,
                   self.guest, str(number))
        assert ours.status == 128 + number and ours.output == "before\n" and \
            is_told(ours, number), (number, options, ours)

    def check_result(self, number, *options):
        """The file is there, although it died."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "result.json")
            Run(self.remote_run, "--result-json=" + path, *options, self.guest,
                str(number))
            assert os.listdir(folder) == ["result.json"], os.listdir(folder)
            with open(path) as file:
                result = json.load(file)
        assert result["outcome"] == "signaled", result
        assert result["status"] == 128 + number, result
        assert result["signal"]["number"] == number, result
        assert (result["message"] is None) == (number == signal.SIGPIPE), result

    def check_shell(self, number):
        """What a person sees of it."""
        run = Run("/bin/sh", "-c", '"$@"; echo $?', "sh", self.remote_run,
                  self.guest, str(number))
        assert run.output == "before\n%d\n" % (128 + number), run


def main():
    deaths = Deaths(*sys.argv[1:])
    for number in DEADLY:
        deaths.check(number)
    for number in SOME:
        for options in ((), ("--stdio=forward",), ("--timeout=1h",)):
            deaths.check(number, *options)
            deaths.check_exit_status(number, *options)
            deaths.check_result(number, *options)
        deaths.check_shell(number)
    for number in (signal.SIGTERM, signal.SIGPIPE, signal.SIGABRT, SOME[-1]):
        deaths.check_inherited(number)
    # Where cores are allowed, the guest may leave one, and nobody else.
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    deaths.check(signal.SIGSEGV)


if __name__ == "__main__":
    main()
