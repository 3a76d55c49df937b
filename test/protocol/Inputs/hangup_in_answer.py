"""hangup_in_answer.py TOOLS STUB: see forwarded-hangup-in-answer.test."""

import os
import pathlib
import select
import signal
import struct
import sys
import time

tools, stub = sys.argv[1:]
sys.path.insert(0, tools)
import peer_forwarding as peers  # noqa: E402
import peer_wire as wire  # noqa: E402

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 6
# Its answer is larger than any pipe.
NAMES = [b"n"] * 200000


def until(condition):
    end = time.monotonic() + TIME_LIMIT
    while not condition():
        if time.monotonic() > end:
            sys.exit("no end after %d s" % TIME_LIMIT)
        time.sleep(0.01)


def is_stopped(process):
    return pathlib.Path("/proc/%d/stat" % process).read_text().rpartition(
        ")")[2].split()[0] == "T"


def writes(process):
    """Whether it waits for room in a pipe."""
    return "pipe_w" in pathlib.Path("/proc/%d/wchan" % process).read_text()


supervisor = peers.Supervisor(stub)
supervisor.send(peers.Lie.start)
kind, hello = supervisor.frame()
assert kind == wire.HELLO, kind
executor, = struct.unpack_from("<Q", hello, 9)
ended = os.pidfd_open(executor)
# The supervisor takes nothing until the pipe is full.
supervisor.process.send_signal(signal.SIGSTOP)
until(lambda: is_stopped(supervisor.process.pid))
supervisor.send(wire.frame(wire.LOOKUP, wire.lookup(NAMES)))
until(lambda: writes(executor))
os.kill(executor, signal.SIGSTOP)
until(lambda: is_stopped(executor))
supervisor.process.send_signal(signal.SIGCONT)
supervisor.hang_up()
if not select.select([ended], [], [], TIME_LIMIT)[0]:
    os.kill(executor, signal.SIGKILL)
    sys.exit("the executor stays")
status, errors = supervisor.end()
assert (status, errors) == (peers.FAILED_STATUS, b""), (status, errors)
