#!/usr/bin/env -S python3 -IS
"""Stands in for remote-stub as if the executor were far away.

  REMOTE_RUN_DELAYED_STUB=STUB [REMOTE_RUN_DELAY_MS=50] remote-run --stub=THIS

Starts the real STUB with pipes of its own, under the descriptors' numbers that
remote-run chose, and passes every byte on in both directions, so many
milliseconds after it came. That is latency, not a limit of the rate: what is
on the way does not keep what follows from starting. Ends as the real stub
ends.

The standard streams are the real stub's without a delay. The guest's argv[0]
is this file's name, because that is how the kernel starts a script.
"""

import os
import queue
import resource
import signal
import sys
import threading
import time

CHUNK = 1 << 20
# Python ignores them for its own sake; the guest shall not.
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
# Not ours to pass on: they cannot be caught, or they are about this process.
NOT_PASSED_ON = {signal.SIGKILL, signal.SIGSTOP, signal.SIGTSTP,
                 signal.SIGTTIN, signal.SIGTTOU, signal.SIGCONT,
                 signal.SIGCHLD, signal.SIGSEGV, signal.SIGBUS,
                 signal.SIGILL, signal.SIGFPE, signal.SIGTRAP,
                 *IGNORED_BY_PYTHON}


def session_descriptors():
    """As lib/wire/PROTOCOL.md has it: requests come in, answers go out."""
    told = os.environ.get("REMOTE_RUN_EXECUTOR")
    if told:
        return [int(number) for number in told.split(",")[:2]]
    end = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1024)
    return end - 2, end - 1


class Line:
    """One direction: from a descriptor to another, both of which it closes."""

    def __init__(self, source, target, seconds):
        self.source, self.target, self.seconds = source, target, seconds
        self.on_the_way = queue.SimpleQueue()
        threading.Thread(target=self.take, daemon=True).start()
        self.delivery = threading.Thread(target=self.deliver, daemon=True)
        self.delivery.start()

    def take(self):
        data = True
        while data:
            data = os.read(self.source, CHUNK)
            self.on_the_way.put((time.monotonic() + self.seconds, data))
        os.close(self.source)

    def deliver(self):
        while True:
            due, data = self.on_the_way.get()
            time.sleep(max(0, due - time.monotonic()))
            if not data or not self.write(data):
                break
        os.close(self.target)

    def write(self, data):
        """Whether there is still somebody to read it."""
        try:
            while data:
                data = data[os.write(self.target, data):]
        except BrokenPipeError:
            return False
        return True


def start(stub, requests, answers):
    """The real stub, and our ends of its pipes."""
    near_requests, our_requests = os.pipe()
    our_answers, near_answers = os.pipe()
    environment = {name: value for name, value in os.environb.items()
                   if not name.startswith(b"REMOTE_RUN_DELAY")}
    child = os.posix_spawn(
        stub, sys.argv, environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, near_requests, requests),
                      (os.POSIX_SPAWN_DUP2, near_answers, answers)],
        setsigdef=IGNORED_BY_PYTHON)
    os.close(near_requests)
    os.close(near_answers)
    return child, our_requests, our_answers


def die_with_parent():
    """As the real stub does, whose parent we are."""
    import ctypes       # takes long: not before the stub has been started
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def pass_signals_to(child):
    for number in signal.valid_signals() - NOT_PASSED_ON:
        signal.signal(number, lambda number, _: os.kill(child, number))


def end_like(status):
    if not os.WIFSIGNALED(status):
        os._exit(os.WEXITSTATUS(status))
    # The guest's core, if any, is the one that matters.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if os.WTERMSIG(status) != signal.SIGKILL:
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
    os.kill(os.getpid(), os.WTERMSIG(status))


def main():
    stub = os.environ["REMOTE_RUN_DELAYED_STUB"]
    seconds = float(os.environ.get("REMOTE_RUN_DELAY_MS", "50")) / 1000
    requests, answers = session_descriptors()
    child, our_requests, our_answers = start(stub, requests, answers)
    pass_signals_to(child)
    Line(requests, our_requests, seconds)
    back = Line(our_answers, answers, seconds)
    die_with_parent()
    _, status = os.waitpid(child, 0)
    # The last words, a failure's reason among them, are still on the way.
    back.delivery.join()
    end_like(status)


if __name__ == "__main__":
    main()
