r"""A controller that breaks one rule of PROTOCOL.md in the forwarded manner, and
what `remote-stub --forwarded` makes of it.

As peer_controller.py, whose sessions stand behind a Start. The code that is run
waits for ever where that is needed: it must be gone when the supervisor is.
"""

import dataclasses
import os
import subprocess
import threading
from typing import Callable

import peer_controller as peers
import peer_wire as wire
from peer_controller import (BAD_FLAG, FAILED_STATUS, GUEST_STATUS, NO_MATCH,
                             PROTOCOL_ERROR, SENT)

# An endless loop, without a libc.
WAITING_CODE = {"x86_64": b"\xeb\xfe", "aarch64": b"\0\0\0\x14"}
HUNG_UP = "the controller hung up"


class Session(peers.Session):
    """As for a direct one; with a guest that does not end by itself."""

    def __init__(self, hello):
        super().__init__(hello)
        self.waiting_code = WAITING_CODE[
            hello[77:].split(b"-")[0].decode()]

    def waiting_guest(self):
        """All frames up to a guest that waits."""
        return (self.until("write") + wire.frame(wire.WRITE, wire.write(
            self.code, self.waiting_code)) + self.until("over").removeprefix(
                self.until("finalize")))


@dataclasses.dataclass
class Lie:
    """The first frame and, if that brought a Hello, what follows it; and how
    the supervisor must end."""
    rules: str
    frames: Callable            # Session -> bytes
    says: str                   # part of Failed; None for none
    status: int = FAILED_STATUS
    hangs_up: bool = False      # after the frames, instead of waiting
    start: bytes = wire.frame(wire.START, wire.start())
    asks: bytes = b""           # before the frames, and awaits an answer
    more: bytes = b""           # after Running
    end: tuple = None           # Signaled and Code of Ended, if there is one
    address_space: int = None   # RLIMIT_AS of the supervisor


LIES = {}


def lie(name, rules, frames, says, **more):
    assert name not in LIES, name
    LIES[name] = Lie(rules, frames, says, **more)


def starting(name, rules, start, says, **more):
    """The session is over before there is an executor."""
    lie(name, rules, lambda s: b"", says, start=start, **more)


def during(name, rules, more, **fields):
    """The guest runs, and nobody may be left."""
    lie(name, rules, Session.waiting_guest, None, more=more, **fields)


SHARED_SIZE = 1 << 16


def sharing(name, rules, more, **fields):
    """And it has asked for a shared file before. What tells a supervisor that the
    guest is gone, a robust list of its own, emulators do not have."""
    if "TEST_MACHINE" in os.environ:
        return
    lie(name, rules, Session.waiting_guest, None, asks=wire.frame(
        wire.SHARE, wire.share(size=SHARED_SIZE, functions=8)), more=more,
        **fields)


SIGKILL, SIGTERM = 9, 15
WHOLE = lambda s: s.until("over")
lie("honest", "", WHOLE, None, status=0, end=(0, GUEST_STATUS))
lie("honest-with-everything", "", WHOLE, None, status=0,
    start=wire.frame(wire.START, wire.start(
        arguments=[b"prog", b"-x"], environment=[b"A=1"], directory=b"/",
        error_is_output=1, stack_limit=8 << 20)), end=(0, GUEST_STATUS))
lie("honest-without-exec", "", WHOLE, None, status=0,
    start=wire.frame(wire.START, wire.start(executes=0)),
    end=(0, GUEST_STATUS))
lie("honest-without-streams", "", WHOLE, None, status=0,
    start=wire.frame(wire.START, wire.start(
        streams=(0, 0, 0), error_is_output=1, wants_crash_report=0)),
    end=(0, GUEST_STATUS))
during("a-signal", "", wire.frame(wire.INPUT, b"text")
       + wire.frame(wire.INPUT) + wire.frame(wire.CLOSE_OUTPUT, wire.u8(1))
       + wire.frame(wire.OUTPUT_CREDIT, wire.credit(2, 0))
       + wire.frame(wire.END_GROUP)
       + wire.frame(wire.SIGNAL, wire.guest_signal(SIGTERM)),
       status=0, end=(1, SIGTERM))
during("a-signal-for-all", "", wire.frame(
    wire.SIGNAL, wire.guest_signal(SIGKILL, to_group=1)), status=0,
    end=(1, SIGKILL))
TERMINATE = wire.frame(wire.SIGNAL, wire.guest_signal(SIGTERM))
sharing("late-functions", "",
        wire.frame(wire.PLACE, wire.place(4096, b"text"))
        + wire.frame(wire.PLACE, wire.place(SHARED_SIZE, b""))
        + wire.frame(wire.PUBLISH, wire.publish([(8192, 1),
                                                 (SHARED_SIZE - 8, 2)]))
        + TERMINATE, status=0, end=(1, SIGTERM))
during("input-behind-its-end", "", wire.frame(wire.INPUT)
       + wire.frame(wire.INPUT, b"text")
       + wire.frame(wire.SIGNAL, wire.guest_signal(SIGTERM)), status=0,
       end=(1, SIGTERM))

# Start.
for number in set(wire.FROM_CONTROLLER) - {wire.START}:
    starting("type-%d-first" % number, "R50", wire.frame(number),
             "in place of Start")
for number in wire.FROM_EXECUTOR:
    starting("answer-%d-first" % number, "R4 R50", wire.frame(number),
             SENT + "a message of the other direction")
starting("text-first", "R2 R50", b"GET / HTTP/1.1\r\n\r\n",
         SENT + "bytes that are not a frame")
starting("no-type-first", "R3 R50", wire.header(0, 0),
         SENT + "a message of unknown type")
starting("reserved-first", "R5 R50", wire.header(wire.START, 0, reserved=1),
         SENT + "a header with reserved bits set")
starting("start-of-64-MiB-and-more", "R6",
         wire.header(wire.START, 64 * wire.MIB + 1),
         SENT + "a payload larger than its message allows")
for version in (0, wire.VERSION - 1, wire.VERSION + 1, 0xffffffff):
    for name, rest in (("alone", b""), ("as-ours", wire.start()[4:])):
        starting("version-%d-%s" % (version, name), "R50",
                 wire.frame(wire.START, wire.u32(version) + rest),
                 "this remote-stub speaks protocol version %d, its remote-run "
                 "speaks version %d" % (wire.VERSION, version))
starting("start-of-64-MiB-in-less", "R57",
         wire.header(wire.START, 64 * wire.MIB), peers.NO_MEMORY,
         address_space=40 * wire.MIB)
lie("lookup-of-256-MiB-in-less", "R57",
    lambda s: wire.header(wire.LOOKUP, 256 * wire.MIB), peers.NO_MEMORY,
    address_space=peers.SMALL)
PAYLOAD = wire.start()
for size in (0, 3, 4, 10, len(PAYLOAD) - 1):
    starting("start-of-%d-bytes" % size, "R8",
             wire.frame(wire.START, PAYLOAD[:size]), NO_MATCH)
starting("start-with-more", "R8", wire.frame(wire.START, PAYLOAD + b"\0"),
         NO_MATCH)
for offset in (4, 16):
    starting("start-promises-more-at-%d" % offset, "R8", wire.frame(
        wire.START, PAYLOAD[:offset] + wire.u32(0xffffffff)
        + PAYLOAD[offset + 4:]), NO_MATCH)
for offset in range(24, 30):
    starting("start-flag-at-%d" % offset, "R9", wire.frame(
        wire.START, PAYLOAD[:offset] + b"\2" + PAYLOAD[offset + 1:]), BAD_FLAG)
for name, rules, fields, says in (
        ("no-arguments", "R24", {"arguments": ()},
         "no arguments, not even argv[0]"),
        ("zero-byte-in-argument", "R41", {"arguments": [b"a\0b"]},
         "a string with a zero byte in it"),
        ("zero-byte-in-variable", "R41", {"environment": [b"A=\0"]},
         "a string with a zero byte in it"),
        ("zero-byte-in-directory", "R41", {"directory": b"/\0"},
         "a string with a zero byte in it"),
        ("no-variable", "R49", {"environment": [b""]},
         "an environment variable without a name"),
        ("nameless-variable", "R49", {"environment": [b"=1"]},
         "an environment variable without a name"),
        ("variable-without-a-value", "R49", {"environment": [b"A"]},
         "an environment variable without a name")):
    starting(name, rules, wire.frame(wire.START, wire.start(**fields)),
             SENT + says)
for size in (0, 1, 15, 16, 20):
    starting("%d-bytes-of-start" % size, "R7 R39",
             wire.frame(wire.START, PAYLOAD)[:size], HUNG_UP, hangs_up=True)

# Before the guest runs.
lie("start-twice", "R50", lambda s: wire.frame(wire.START, wire.start()),
    PROTOCOL_ERROR + "Start is not a request")
lie("start-before-run", "R50", lambda s: s.until("run") + wire.frame(
    wire.START, wire.start()), PROTOCOL_ERROR + "Start is not a request")
lie("input-before-run", "R53", lambda s: s.until("run") + wire.frame(
    wire.INPUT, b"text"), PROTOCOL_ERROR + "Input is not a request")
lie("publish-before-run", "R79", lambda s: s.until("run") + wire.frame(
    wire.PUBLISH, wire.publish()), PROTOCOL_ERROR + "Publish is not a request")
lie("text-before-run", "R2", lambda s: s.until("run") + b"a line of text\r\n",
    SENT + "bytes that are not a frame")
for step in ("reserve", "write", "finalize", "run"):
    lie("hangup-before-" + step, "R39", lambda s, step=step: s.until(step),
        HUNG_UP, hangs_up=True)

# While the guest runs.
during("running-without-magic", "R2",
       wire.header(wire.INPUT, 0, magic=b"nope"))
for number in (0, max(wire.MAX_PAYLOAD) + 1, 0xffff):
    during("running-type-%d" % number, "R3", wire.header(number, 0))
for number in wire.FROM_EXECUTOR:
    during("running-answer-%d" % number, "R4", wire.frame(number))
during("running-reserved", "R5", wire.header(wire.INPUT, 0, reserved=1))
RUNNING_TYPES = (wire.INPUT, wire.OUTPUT_CREDIT, wire.CLOSE_OUTPUT,
                 wire.SIGNAL, wire.END_GROUP)
for number in RUNNING_TYPES:
    during("running-large-%d" % number, "R6",
           wire.header(number, wire.MAX_PAYLOAD[number] + 1))
for number in set(wire.FROM_CONTROLLER) - set(RUNNING_TYPES):
    during("running-request-%d" % number,
           "R50 R53" if number == wire.START else "R53",
           wire.frame(number, wire.start() if number == wire.START else b""))
during("running-large-run", "R53", wire.header(wire.RUN, wire.MIB))
for name, kind, payload in (
        ("credit", wire.OUTPUT_CREDIT, wire.credit(1, 0)),
        ("close", wire.CLOSE_OUTPUT, wire.u8(1)),
        ("signal", wire.SIGNAL, wire.guest_signal(SIGTERM))):
    for size in {0, len(payload) - 1}:
        during("running-%s-of-%d-bytes" % (name, size), "R8",
               wire.frame(kind, payload[:size]))
during("running-signal-flag", "R9", wire.frame(
    wire.SIGNAL, wire.guest_signal(SIGTERM, to_group=2)))
for stream in (0, 3, 255):
    during("running-credit-of-%d" % stream, "R51",
           wire.frame(wire.OUTPUT_CREDIT, wire.credit(stream, 0)))
    during("running-close-of-%d" % stream, "R51",
           wire.frame(wire.CLOSE_OUTPUT, wire.u8(stream)))
for number in (0, 65, 0xffffffff):
    during("running-signal-%d" % number, "R51",
           wire.frame(wire.SIGNAL, wire.guest_signal(number)))

# Functions that come late, or that nobody has asked to come.
for name, offset, data in (("behind-it", SHARED_SIZE, b"x"),
                           ("over-its-end", SHARED_SIZE - 1, b"xx"),
                           ("that-wraps", -1, b"xx"), ("far-away", -1, b"")):
    sharing("running-place-" + name, "R78",
            wire.frame(wire.PLACE, wire.place(offset, data)) + TERMINATE)
during("running-place-without-share", "R78 R53",
       wire.frame(wire.PLACE, wire.place(0, b"x")) + TERMINATE)
for name, words in (("nothing", []), ("behind-it", [(SHARED_SIZE, 1)]),
                    ("far-away", [(0, 1), (-8, 1)]),
                    ("between-words", [(0, 1), (4, 1)])):
    sharing("running-publish-" + name, "R79",
            wire.frame(wire.PUBLISH, wire.publish(words)) + TERMINATE)
during("running-publish-without-share", "R79 R53",
       wire.frame(wire.PUBLISH, wire.publish()) + TERMINATE)
for size in (0, 7):
    sharing("running-place-of-%d-bytes" % size, "R8",
            wire.frame(wire.PLACE, wire.place()[:size]) + TERMINATE)
    sharing("running-publish-of-%d-bytes" % size, "R8",
            wire.frame(wire.PUBLISH, wire.publish()[:size]) + TERMINATE)
PART = wire.frame(wire.INPUT, b"x" * (64 * wire.KIB))
during("running-input-without-credit", "R52",
       (wire.WINDOW // (64 * wire.KIB) + 2) * PART)
during("running-credit-for-nothing", "R52",
       wire.frame(wire.OUTPUT_CREDIT, wire.credit(1, 1)))
during("running-endless-credit", "R52",
       wire.frame(wire.OUTPUT_CREDIT, wire.credit(2, (1 << 64) - 1)))
during("running-hangup", "R55", b"", hangs_up=True)
for size in (1, 15, 16, 40):
    during("running-%d-bytes-then-hangup" % size, "R7 R55",
           wire.frame(wire.INPUT, b"x" * 50)[:size], hangs_up=True)


class Supervisor:
    """remote-stub --forwarded, with its two pipes."""

    def __init__(self, stub, address_space=None):
        self.process = subprocess.Popen(
            [stub, "--forwarded"], bufsize=0, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=lambda: peers.limit(address_space))
        # One that waits for more than the lie has would wait for ever.
        self.deadline = threading.Timer(peers.TIME_LIMIT, self.process.kill)
        self.deadline.start()
        self.answers = os.fdopen(os.dup(self.process.stdout.fileno()), "rb")

    def send(self, data):
        try:
            view = memoryview(data)
            while view:
                view = view[self.process.stdin.write(view):]
        except BrokenPipeError:
            pass    # It has answered with Failed, and is gone.

    def hang_up(self):
        self.process.stdin.close()

    def frame(self):
        """The next one; (None, b"") at the end."""
        try:
            return wire.read_frame(self.answers)
        except EOFError:
            return None, b""

    def end(self):
        """Its status and what it said on standard error."""
        errors = self.process.stderr.read()
        self.process.wait()
        self.deadline.cancel()
        return self.process.returncode, errors
