"""odd_streams.py NATIVE PROGRAM STREAMS.BC REMOTE-RUN...: see odd-streams.test."""

import os
import pathlib
import signal
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2
WRAPPER = [sys.executable, str(pathlib.Path(__file__).parents[2] /
                               "failure/Inputs/standard-streams.py")]
START = str(pathlib.Path(__file__).parents[2] / "tools/start.py")
native, program, streams, *remote_run = sys.argv[1:]


def run(*command):
    done = subprocess.run([*WRAPPER, *command], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TIME_LIMIT)
    return done.returncode, done.stdout, done.stderr


def check_closed():
    for closed in ("0", "1", "2", "0,1", "0,1,2"):
        option = "--close=" + closed
        expected = run(option, native)
        assert run(option, *remote_run, program) == expected, (closed, expected)


def check_full():
    """What the guest writes is on its way when the disk turns out to be full."""
    status, _, errors = run("--stdout=/dev/full", *remote_run, program)
    assert status == 125, (status, errors)
    assert errors.count(b"remote-run: error: ") == 1, errors
    assert b"cannot write the program's output: No space left" in errors, errors
    # Where not even that can be said.
    assert run("--stderr=/dev/full", *remote_run, program)[0] == 125


def check_child(*start):
    """It has all streams; natively its parent's end is the program's end, too."""
    done = subprocess.Popen([*start, *remote_run, streams, "leave-child"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    child = int(done.stdout.readline())
    try:
        assert done.wait(TIME_LIMIT) == 6
        assert done.stdout.read() == b""
    finally:
        # It goes on until it is told otherwise.
        os.kill(child, signal.SIGKILL)


check_closed()
check_full()
check_child()
# The signal that tells of an end may be blocked in what starts everything.
check_child(START, "--block", "CHLD")
