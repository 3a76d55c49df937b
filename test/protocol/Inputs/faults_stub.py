#!/usr/bin/env -S python3 -IS
r"""Stands in for remote-stub, and does one thing wrong at one frame.

  REMOTE_RUN_FAULT="STUB LOG SIDE KIND INDEX ACTION [ARGUMENT...]" \
    remote-run --stub=THIS

with newlines between the words of the variable. Becomes the real STUB, the
controller's own child as ever, and leaves a process behind that stands between
the two: it passes frames on in both directions, up to the message of type KIND
of SIDE (executor or controller) that has that INDEX, from 0, among those, where
ACTION happens. LOG gets a line for the executor's process, for each frame, and
for the action. faults.py drives it. In the forwarded manner, "executor" is the
supervisor.
"""

import os
import resource
import select
import signal
import struct
import sys

HEADER_SIZE = 16
VARIABLE = "REMOTE_RUN_FAULT"
# Python ignores them for its own sake; the guest shall not.
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
OUTPUT = 19


def session_descriptors():
    """As lib/wire/PROTOCOL.md has it: requests come in, answers go out."""
    if sys.argv[1:] == ["--forwarded"]:
        return 0, 1
    told = os.environ.get("REMOTE_RUN_EXECUTOR")
    if told:
        return [int(number) for number in told.split(",")[:2]]
    end = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1024)
    return end - 2, end - 1


class Over(Exception):
    """Nothing is passed on any more."""


class Between:
    """The process between controller and executor."""

    def __init__(self, plan, processes, lines):
        self.log_file, *self.place, self.action = plan[:5]
        self.arguments = plan[5:]
        self.processes = processes
        self.lines = lines      # side that sends -> from where, to where
        self.pending = {side: b"" for side in lines}
        self.frames = {}        # side and type -> how many so far

    def log(self, *words):
        with open(self.log_file, "a", encoding="ascii") as file:
            print(*words, file=file)

    def pass_frames(self):
        """Until both sides have hung up."""
        poll = select.poll()
        sides = {}
        for side, (source, _) in self.lines.items():
            poll.register(source, select.POLLIN)
            sides[source] = side
        while sides:
            for source, _ in poll.poll():
                side = sides[source]
                data = os.read(source, 1 << 20)
                if data:
                    self.take(side, data)
                else:
                    poll.unregister(source)
                    os.close(self.lines[side][1])
                    del sides[source]

    def take(self, side, data):
        data = self.pending[side] + data
        while len(data) >= HEADER_SIZE:
            kind, _, size = struct.unpack_from("<HHQ", data, 4)
            end = HEADER_SIZE + size
            if len(data) < end:
                break
            self.frame(side, kind, data[:end])
            data = data[end:]
        self.pending[side] = data

    def frame(self, side, kind, frame):
        index = self.frames.get((side, kind), 0)
        self.frames[side, kind] = index + 1
        self.log("frame", side, index, kind, len(frame) - HEADER_SIZE)
        if [side, str(kind), str(index)] == self.place:
            self.log("happened")
            frame = getattr(self, self.action)(frame, *self.arguments)
        self.send(side, frame)
        if (kind, index) == (OUTPUT, 0):
            # A guest that has spoken waits for this signal.
            os.kill(self.processes["controller"], signal.SIGWINCH)

    def send(self, side, data):
        try:
            while data:
                data = data[os.write(self.lines[side][1], data):]
        except BrokenPipeError:
            pass    # Who should read it is gone, which its other pipe will tell.

    # The actions. What they return arrives in place of the frame.

    def kill(self, _, whom):
        try:
            os.kill(self.processes[whom], signal.SIGKILL)
        except ProcessLookupError:
            pass    # It has said all that it had to say.
        raise Over

    def freeze(self, _, whom):
        try:
            os.kill(self.processes[whom], signal.SIGSTOP)
        except ProcessLookupError:
            pass
        # The pipes stay open, and full, for as long as the controller lives.
        poll = select.poll()
        poll.register(self.lines["controller"][0], 0)
        poll.poll()
        raise Over

    def hang_up(self, _):
        raise Over

    def cut(self, frame, size):
        self.send(self.place[0], frame[:int(size)])
        raise Over

    def repeat(self, frame):
        return frame + frame

    def patch(self, frame, offset, new):
        new, offset = bytes.fromhex(new), int(offset)
        return frame[:offset] + new + frame[offset + len(new):]

    def flip(self, frame, offset, mask):
        old = frame[int(offset)]
        return self.patch(frame, offset, "%02x" % (old ^ int(mask)))


def leave_between(plan, requests, answers):
    """Forks the process between; returns the real stub's two descriptors."""
    near_requests, far_requests = os.pipe()
    far_answers, near_answers = os.pipe()
    # In the forwarded manner these are standard streams, which get closed.
    requests, answers = os.dup(requests), os.dup(answers)
    processes = {"executor": os.getpid(), "controller": os.getppid()}
    child = os.fork()
    if child:
        # Not ours to leave: the guest would find it as its child.
        os.waitpid(child, 0)
        os.close(requests)
        os.close(answers)
        return near_requests, near_answers
    if os.fork():
        os._exit(0)
    os.close(near_requests)
    os.close(near_answers)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    between = Between(plan, processes, {
        "controller": (requests, far_requests),
        "executor": (far_answers, answers)})
    between.log("executor", processes["executor"])
    try:
        between.pass_frames()
    except Over:
        pass
    os._exit(0)


def main():
    stub, *plan = os.environb.pop(VARIABLE.encode()).decode().split("\n")
    requests, answers = session_descriptors()
    near_requests, near_answers = leave_between(plan, requests, answers)
    os.dup2(near_requests, requests)
    os.dup2(near_answers, answers)
    for number in IGNORED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    os.execv(stub, sys.argv)


if __name__ == "__main__":
    main()
