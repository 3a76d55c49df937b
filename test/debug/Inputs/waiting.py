#!/usr/bin/env python3
"""waiting.py constructor|interrupt REMOTE-RUN BITCODE [NATIVE]: runs the
program, which waits for a debugger, and gives it one, or something else."""

import os
import re
import signal
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))


def start(remote_run, bitcode, **more):
    process = subprocess.Popen([remote_run, "--wait-for-debugger", bitcode],
                               stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, **more)
    line = process.stderr.readline()
    found = re.fullmatch(r"remote-run: waiting for a debugger: gdb -p (\d+)\n",
                         line)
    if not found:
        process.kill()
        sys.exit("remote-run does not wait: " + line)
    return process, int(found.group(1))


def gdb(pid, *commands):
    words = ["gdb", "-q", "-nx", "-batch", "-p", str(pid)]
    for command in commands:
        words += ["-ex", command]
    return subprocess.run(words, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=TIME_LIMIT).stdout


def end(process, native, **more):
    """The program's end must be the native one's."""
    output, errors = process.communicate(timeout=TIME_LIMIT)
    expected = subprocess.run([native], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=TIME_LIMIT, **more)
    seen = (process.returncode, output, errors)
    if seen != (expected.returncode, expected.stdout, expected.stderr):
        sys.exit("not as natively: %r, but %r" % (expected, seen))


def set_timer():
    """A program inherits it, and finds it when its own code begins."""
    signal.setitimer(signal.ITIMER_REAL, 1000)


def constructor(remote_run, bitcode, native):
    process, pid = start(remote_run, bitcode, preexec_fn=set_timer)
    try:
        debug_constructor(pid)
        end(process, native, preexec_fn=set_timer)
    finally:
        process.kill()


def debug_constructor(pid):
    said = gdb(pid, "set breakpoint pending on", "break first", "continue",
               "echo stopped\\n", "backtrace 1", "delete", "detach")
    # Breakpoints that are set while it waits work: it had not begun.
    if not re.search(r"Breakpoint 1, .*first.*stopped\n#0 .*first", said, re.S):
        sys.exit("gdb did not stop in the constructor:\n" + said)


def interrupt(remote_run, bitcode):
    # A shell's background jobs find the signal ignored; this is none.
    process, pid = start(
        remote_run, bitcode, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    os.killpg(process.pid, signal.SIGINT)
    try:
        output, errors = process.communicate(timeout=TIME_LIMIT)
    finally:
        process.kill()
    if (process.returncode, output, errors) != (-signal.SIGINT, "", ""):
        sys.exit("Ctrl-C: %s" % [process.returncode, output, errors])
    if os.path.exists("/proc/%d" % pid):
        sys.exit("the executor is still there")


if __name__ == "__main__":
    {"constructor": constructor, "interrupt": interrupt}[sys.argv[1]](
        *sys.argv[2:])
