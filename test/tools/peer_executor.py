#!/usr/bin/env python3
"""An executor that breaks one rule of PROTOCOL.md; stands in for remote-stub.

REMOTE_RUN_PEER_LIE names an entry of LIES, "honest" included. The process
number goes to the file that REMOTE_RUN_PEER_PID names, so that a test can see
whether the controller left it behind. Otherwise it is started as any executor.
"""

import dataclasses
import fcntl
import os
import resource
import signal
import struct
import sys
import time
from typing import Callable

import peer_wire as wire

GUEST_STATUS = 42
LONGER_THAN_ANY_TEST = 600

# The points of a session at which an executor can do something else than it
# should: what it has last sent or received.
LAUNCHED = "launched"
RESTARTED = "Restart"
ASKED_TO_SHARE = "Share"
ASKED_FOR_BLOCKS = "AskKept"
TOLD_TO_KEEP = "Keep"
GREETED = "Hello"
ASKED = "Lookup"
ANSWERED = "LookupReply"
RESERVED = "Reserve"
WRITTEN = "Write"
FINAL = "Finalize"
STARTED = "Run"
OVER = "Running"
# Of an open session, with test/tools/modules.cpp.
OPENING = "Open"
STARTING = "StartModule"
CALLED = "Call"
READING = "ReadMemory"
WRITING = "WriteMemory"
REMOVING = "RemoveModule"
POINTS = (LAUNCHED, GREETED, ASKED, ANSWERED, RESERVED, WRITTEN, FINAL,
          STARTED)
BEFORE_GREETING = "before the handshake; is it a remote-stub?"
BEFORE_GUEST = "before the guest was started"


class Peer:
    """The executor's end of a session."""

    def __init__(self, lie):
        self.lie = lie
        self.requests, self.answers, self.crash_memory = open_session()
        self.symbols_asked_for = 0
        self.spare_asked_for = 0

    def send(self, data):
        self.answers.write(data)
        self.answers.flush()

    def receive(self):
        return wire.read_frame(self.requests)

    def at(self, point):
        """The lie's moment, if this is it."""
        if self.lie.point == point:
            self.lie.act(self)

    def close(self):
        self.requests.close()
        self.answers.close()

    def serve(self):
        """A session without a guest; the lie interrupts it."""
        self.at(LAUNCHED)
        self.send(wire.frame(wire.HELLO, wire.hello(process=os.getpid(),
                                                    most=1 << 20)))
        self.at(GREETED)
        after = {wire.RESERVE: RESERVED, wire.WRITE: WRITTEN,
                 wire.FINALIZE: FINAL}
        while True:
            kind, payload = self.receive()
            if kind == wire.LOOKUP:
                names, spare = wire.names_of_lookup(payload)
                self.symbols_asked_for = len(names)
                self.spare_asked_for = len(spare)
                self.at(ASKED)
                self.send(wire.frame(wire.LOOKUP_REPLY, self.addresses()))
                self.at(ANSWERED)
            elif kind == wire.RUN:
                self.at(STARTED)
                self.send(wire.frame(wire.RUNNING))
                self.at(OVER)
                return
            elif kind == wire.RESTART:
                self.room, self.alignment = struct.unpack("<II", payload)
                self.at(RESTARTED)
                self.send(wire.frame(wire.HELLO, self.hello_again()))
            elif kind == wire.SHARE:
                size, = struct.unpack("<I", payload[:4])
                self.asked_to_share = payload[4:4 + size], struct.unpack(
                    "<Q", payload[4 + size:-4])[0]
                self.functions, = struct.unpack("<I", payload[-4:])
                self.at(ASKED_TO_SHARE)
                self.answer_share()
            elif kind == wire.ASK_KEPT:
                self.blocks, = struct.unpack_from("<I", payload)
                self.at(ASKED_FOR_BLOCKS)
                self.send(wire.frame(wire.KEPT, wire.kept([0] * self.blocks)))
            elif kind == wire.KEEP:
                self.at(TOLD_TO_KEEP)
                self.send(wire.frame(wire.STORED, wire.stored()))
            elif kind == wire.DESCRIBE_CPU:
                self.send(wire.frame(wire.CPU, wire.cpu()))
            elif kind in OF_OPEN_SESSION:
                self.payload = payload
                point, answer = OF_OPEN_SESSION[kind]
                self.at(point)
                self.send(answer(payload))
            elif kind in after:
                self.at(after[kind])

    def answer_share(self):
        """Only liars are asked."""

    def hello_again(self, more=0, alignment=64, **fields):
        size = self.room + more
        offset = -(size + 63) // 64 * 64
        return wire.hello(process=os.getpid(), most=1 << 20,
                          thread_locals=(offset, size, alignment), **fields)

    def file(self, name=None, more=0, seals=fcntl.F_SEAL_SHRINK):
        """What Share asked for, or something else."""
        asked_name, size = self.asked_to_share
        number = os.memfd_create(os.fsdecode(name or asked_name),
                                 os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.truncate(number, size + more)
        fcntl.fcntl(number, fcntl.F_ADD_SEALS, seals)
        return number

    def addresses(self, more=0, referenced=(), first=(), **libraries):
        r"""An answer for each symbol, where \p first are the first ones."""
        count = self.symbols_asked_for + more
        answers = [0x7f0000001000 + 16 * i for i in range(count)]
        answers[:len(first)] = first
        return wire.lookup_reply(answers, referenced, **libraries)


# What an honest one says.
OF_OPEN_SESSION = {
    wire.OPEN: (OPENING, lambda p: wire.frame(wire.OPENED, wire.opened())),
    wire.ADD_MODULE: ("AddModule", lambda p: b""),
    wire.START_MODULE: (STARTING, lambda p: wire.frame(
        wire.MODULE_STARTED, p[:4] + wire.u8(0) + wire.string(b""))),
    wire.REMOVE_MODULE: (REMOVING, lambda p: wire.frame(
        wire.MODULE_REMOVED, p[:4] + wire.u8(0))),
    wire.CALL: (CALLED, lambda p: wire.frame(
        wire.RETURNED, p[:8] + wire.u8(0) + wire.u32(42))),
    wire.READ_MEMORY: (READING, lambda p: wire.frame(
        wire.MEMORY_READ, wire.memory_read(wire.u32(2)))),
    wire.WRITE_MEMORY: (WRITING, lambda p: wire.frame(
        wire.MEMORY_WRITTEN, wire.u8(1)))}


def open_session():
    variable = os.environ.pop("REMOTE_RUN_EXECUTOR", None)
    if variable:
        numbers = [int(number) for number in variable.split(",")]
    else:
        end = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1024)
        numbers = [end - 2, end - 1, end - 3]
    return os.fdopen(numbers[0], "rb"), os.fdopen(numbers[1], "wb"), numbers[2]


# What a lying executor does at its point. Each stays alive afterwards, or not,
# so that both are tried.

def stay(_peer):
    time.sleep(LONGER_THAN_ANY_TEST)


def leave(_peer):
    os._exit(GUEST_STATUS)


def dribbling(data):
    """A byte at a time, each well within the controller's patience."""
    def act(peer):
        for byte in data:
            peer.send(bytes([byte]))
            time.sleep(0.1)
    return act


def saying(data, then=stay):
    def act(peer):
        peer.send(data(peer) if callable(data) else data)
        then(peer)
    return act


def instead_of_reply(payload, then=stay):
    return saying(lambda peer: wire.frame(wire.LOOKUP_REPLY, payload(peer)),
                  then)


def chatting(data):
    """Says something and goes on as if nothing had been."""
    def act(peer):
        peer.send(data(peer) if callable(data) else data)
    return act


def hanging_up(then):
    def act(peer):
        peer.close()
        then(peer)
    return act


def dying_of(number):
    def act(_peer):
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    return act


def flooding(peer):
    while True:
        peer.send(b"y\n" * 8192)


def ignoring_requests(peer):
    """Answers everything and reads nothing that comes after Lookup."""
    peer.send(wire.frame(wire.LOOKUP_REPLY, peer.addresses()))
    stay(peer)


def failing_unheard(peer):
    """Fails while the controller is busy writing."""
    peer.send(wire.frame(wire.LOOKUP_REPLY, peer.addresses()))
    kind, _ = peer.receive()
    assert kind == wire.RESERVE
    peer.send(wire.frame(wire.FAILED, wire.failed(b"no memory for that")))
    os._exit(125)


@dataclasses.dataclass
class Lie:
    """What the executor does, and how remote-run must end."""
    rules: str                  # of PROTOCOL.md, those that it breaks
    point: str
    act: Callable
    says: str                   # part of the one diagnostic; None for none
    status: int = 125
    large: bool = False         # the program is larger than a pipe holds
    reads_output: bool = True   # somebody reads remote-run's standard output
    is_waited_for: bool = False     # it says nothing that would end the wait
    options: tuple = ()         # of remote-run
    threads: bool = False       # the program has a block of its own


LIES = {}


def lie(name, rules, point, act, says, **more):
    assert name not in LIES, name
    LIES[name] = Lie(rules, point, act, says, **more)


lie("honest", "", OVER, leave, None, status=GUEST_STATUS)

# Frames that are none, in place of each answer.
ANSWERS = ((LAUNCHED, wire.HELLO), (ASKED, wire.LOOKUP_REPLY),
           (STARTED, wire.RUNNING))
for where, expected in ANSWERS:
    lie("no-magic-in-place-of-%d" % expected, "R2", where,
        saying(wire.header(expected, 0, magic=b"nope")),
        "sent bytes that are not a frame")
    for number in (0, max(wire.MAX_PAYLOAD) + 1, 0xffff):
        lie("type-%d-in-place-of-%d" % (number, expected), "R3", where,
            saying(wire.header(number, 0)), "sent a message of unknown type")
    for number in wire.FROM_CONTROLLER:
        lie("request-%d-in-place-of-%d" % (number, expected), "R4", where,
            saying(wire.frame(number)),
            "sent a message of the other direction")
    for bits in (1, 0x8000):
        lie("reserved-%d-in-place-of-%d" % (bits, expected), "R5", where,
            saying(wire.header(expected, 0, reserved=bits)),
            "sent a header with reserved bits set")
    for size in (wire.MAX_PAYLOAD[expected] + 1, (1 << 64) - 1):
        lie("%d-bytes-in-place-of-%d" % (size, expected), "R6", where,
            saying(wire.header(expected, size)),
            "sent a payload larger than its message allows")
    lie("large-failure-in-place-of-%d" % expected, "R6 R26", where,
        saying(wire.header(wire.FAILED, 64 * wire.KIB + 1)),
        "sent a payload larger than its message allows")
lie("text", "R2", LAUNCHED, saying(b"usage: something else [options]\n"),
    "sent bytes that are not a frame; is it a remote-stub?")
lie("endless-text", "R2", LAUNCHED, flooding,
    "sent bytes that are not a frame; is it a remote-stub?")
lie("text-after-hello", "R2", GREETED, chatting(b"initialized the board.\n"),
    "sent bytes that are not a frame")

# Frames that end too early, with the process gone and with it still there.
for then, after, ending in ((leave, "exit", "exited with status 42"),
                            (stay, "stay", "hung up")):
    for size in (1, 15, 16, 20):
        whole = wire.frame(wire.HELLO, wire.hello())
        lie("%d-bytes-of-hello-then-%s" % (size, after), "R7 R31", LAUNCHED,
            saying(whole[:size], hanging_up(then)),
            ending + " " + BEFORE_GREETING)
    for size in (1, 15, 16, 21):
        lie("%d-bytes-of-reply-then-%s" % (size, after), "R7 R31", ASKED,
            saying(lambda peer, size=size: wire.frame(
                wire.LOOKUP_REPLY, peer.addresses())[:size],
                   hanging_up(then)),
            ending + " " + BEFORE_GUEST)
    lie("half-of-running-then-%s" % after, "R7 R31", STARTED,
        saying(wire.frame(wire.RUNNING)[:8], hanging_up(then)),
        ending + " " + BEFORE_GUEST)
    lie("half-of-failed-then-%s" % after, "R7 R31", STARTED,
        saying(wire.frame(wire.FAILED, wire.failed(b"because"))[:22],
               hanging_up(then)),
        ending + " " + BEFORE_GUEST)

# Payloads that are not their message.
NO_MATCH = "sent a payload that does not match its message"
for size in (0, 3, 4, 5, 20, len(wire.hello()) - 1):
    lie("hello-of-%d-bytes" % size, "R8", LAUNCHED,
        saying(wire.frame(wire.HELLO, wire.hello()[:size])), NO_MATCH)
lie("hello-with-more", "R8", LAUNCHED,
    saying(wire.frame(wire.HELLO, wire.hello() + b"\0")), NO_MATCH)
lie("hello-with-a-long-triple", "R8", LAUNCHED,
    saying(wire.frame(wire.HELLO,
                      wire.hello()[:33] + wire.u32(0xffffffff) + b"x86_64")),
    NO_MATCH)
lie("empty-reply", "R8", ASKED, instead_of_reply(lambda peer: b""), NO_MATCH)
lie("reply-that-promises-more", "R8", ASKED, instead_of_reply(
    lambda peer: wire.u32(0xffffffff) + peer.addresses()[4:]), NO_MATCH)
lie("reply-that-promises-more-indices", "R8", ASKED, instead_of_reply(
    lambda peer: peer.addresses()[:-4] + wire.u32(0xffffffff)), NO_MATCH)
lie("reply-cut-off", "R8", ASKED,
    instead_of_reply(lambda peer: peer.addresses()[:-1]), NO_MATCH)
lie("failed-cut-off", "R8 R26", ASKED,
    saying(wire.frame(wire.FAILED, wire.u32(100) + b"because")), NO_MATCH)
lie("failed-with-more", "R8 R26", ASKED,
    saying(wire.frame(wire.FAILED, wire.failed(b"because") + b"\0")),
    NO_MATCH)
lie("running-with-a-payload", "R25 R6", STARTED,
    saying(wire.frame(wire.RUNNING, b"\0")),
    "sent a payload larger than its message allows")

# Elsewhere.
def elsewhere(name, rules, says, times=1, options=(), **fields):
    lie(name, rules, STARTED, saying(
        wire.frame(wire.ELSEWHERE, wire.elsewhere(**fields)) * times), says,
        options=options)


elsewhere("elsewhere-of-no-image", "R62",
          "sent another place for what is no image",
          options=("--image=false",))
elsewhere("elsewhere-without-end", "R62",
          "sent one place after another for the program", times=3)
elsewhere("elsewhere-at-null", "R63", "sent a slab that is no range of memory",
          start=0)
elsewhere("elsewhere-empty", "R63", "sent a slab that is no range of memory",
          size=0)
elsewhere("elsewhere-beyond-the-end", "R63",
          "sent a slab that is no range of memory", start=-4096, size=8192)
elsewhere("elsewhere-off-a-page", "R63", "sent a slab that is no range of pages",
          start=0x7f0000000800)
elsewhere("elsewhere-takes-2", "R9", "sent a flag that is neither 0 nor 1",
          takes_images=2)
elsewhere("elsewhere-without-a-reason", "R26",
          "sent another place without a reason", reason=b"")

# Hello.
for number, name in ((wire.LOOKUP_REPLY, "LookupReply"),
                     (wire.RUNNING, "Running")):
    lie("%s-first" % name, "R10", LAUNCHED,
        saying(wire.frame(number)),
        "sent %s in place of Hello; is it a remote-stub?" % name)
for version in (0, wire.VERSION - 1, wire.VERSION + 1, 0xffffffff):
    for name, rest in (("alone", b""), ("as-ours", wire.hello()[4:]),
                       ("long", b"\xff" * 4000)):
        lie("version-%d-%s" % (version, name), "R11", LAUNCHED,
            saying(wire.frame(wire.HELLO, wire.u32(version) + rest)),
            "speaks protocol version %d, this remote-run speaks version %d;"
            % (version, wire.VERSION))


def bad_hello(name, rules, says, **fields):
    lie(name, rules, LAUNCHED,
        saying(wire.frame(wire.HELLO, wire.hello(**fields))), says)


for size in (0, 1, 7, 255):
    bad_hello("pointers-of-%d-bytes" % size, "R12",
              "sent a pointer size that is neither 4 nor 8",
              pointer_size=size)
for size in (0, 1, 256, 4095, 12288, 1 << 25, 0xffffffff):
    bad_hello("pages-of-%d-bytes" % size, "R13",
              "sent a page size that is no page size", page_size=size)
for name, slab in (("null", (0, 1 << 20)), ("empty", (1 << 20, 0)),
                   ("unaligned", (0x10000001, 1 << 20)),
                   ("of-part-of-a-page", (1 << 20, 4097)),
                   ("that-wraps", (1 << 63, (1 << 63) + 4096)),
                   ("up-to-the-end", ((1 << 64) - 4096, 4096))):
    bad_hello("slab-" + name, "R14", "sent a slab that is no range of pages",
              slab=slab)
for name, block in (("too-far", (-(1 << 30) - 64, 64, 64)),
                    ("too-far-above", ((1 << 30) + 64, 64, 64)),
                    ("too-large", (-64, (1 << 30) + 1, 64)),
                    ("without-alignment", (-64, 64, 0)),
                    ("of-odd-alignment", (-96, 64, 48)),
                    ("of-huge-alignment", (-8192, 64, 8192)),
                    ("unaligned", (-72, 64, 64))):
    bad_hello("thread-locals-" + name, "R42",
              "sent a block of thread-local variables that is no such block",
              thread_locals=block)
bad_hello("no-triple", "R15", "sent an empty triple", triple=b"")
for triple in (wire.OTHER_TRIPLE.decode(), wire.MACHINE + "-pc-windows-msvc",
               "nonsense"):
    bad_hello("triple-" + triple, "R15", "the executor runs '" + triple,
              triple=triple.encode())
bad_hello("triple-for-a-terminal", "R15", "the executor runs 'a?[2Jb?c",
          triple=b"a\x1b[2Jb\nc")

# Hello again, which a program asks for that has many thread-local variables.
def restarted(name, says, **fields):
    lie(name, "R65", RESTARTED, saying(lambda peer: wire.frame(
        wire.HELLO, peer.hello_again(**fields))), says, threads=True)


restarted("another-block", "sent another block of thread-local variables than "
          "it was asked for", more=64)
restarted("less-aligned", "sent another block of thread-local variables than it "
          "was asked for", alignment=1)
restarted("pages-of-another-size", "sent that it is for another machine now",
          page_size=16384)
restarted("another-triple", "sent that it is for another machine now",
          triple=wire.OTHER_TRIPLE)


# Shared, in answer to the controller of test/tools/sharing.cpp.
def answering_share(name, rules, says, payload):
    lie(name, rules, ASKED_TO_SHARE, chatting(
        lambda peer: wire.frame(wire.SHARED, payload(peer))), says)


for name, payload in (("without-a-payload", b""),
                      ("cut-off", wire.shared(3)[:-1]),
                      ("with-more", wire.shared(3) + b"\0")):
    # Not called R8, as the other liars of that are for remote-run.
    answering_share("shared-" + name, "R68", "sent a payload that does not "
                    "match its message", lambda peer, payload=payload: payload)
NOT_THERE = "sent a shared file that there is not"
for name, number, reason, says in (
        ("without-a-reason", wire.NO_FILE, b"", "sent no shared file and no"),
        ("with-a-reason", 3, b"no room", NOT_THERE),
        ("of-number-2-31", 1 << 31, b"", NOT_THERE),
        ("of-number-2-32-2", wire.NO_FILE - 1, b"", NOT_THERE)):
    answering_share("shared-" + name, "R68", says, lambda peer, number=number,
                    reason=reason: wire.shared(number, reason))
answering_share("shared-none-for-functions", "R68", "sent late functions without "
                "a shared file",
                lambda peer: wire.shared(reason=b"no", functions=1))
answering_share("shared-for-other-functions", "R68", "sent a shared file for other "
                "functions", lambda peer: wire.shared(3, functions=1))
answering_share("shared-for-a-terminal", "", "error: a?[2Jb",
                lambda peer: wire.shared(reason=b"a\x1b[2Jb"))
# The controller goes on without it, and that of the tests tells why.
ANOTHER_FILE = "error: the executor's shared file is another file"
for name, says, number in (
        ("of-another-name", ANOTHER_FILE,
         lambda peer: peer.file(name=b"other")),
        ("of-no-name", ANOTHER_FILE, lambda peer: peer.requests.fileno()),
        ("too-short", "shared file is not of the size",
         lambda peer: peer.file(more=-4096)),
        ("too-long", "shared file is not of the size",
         lambda peer: peer.file(more=1)),
        ("that-can-shrink", "shared file can become shorter",
         lambda peer: peer.file(seals=fcntl.F_SEAL_GROW)),
        ("that-cannot-be-written", "shared file cannot be",
         lambda peer: peer.file(
             seals=fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_WRITE)),
        ("that-is-a-device", ANOTHER_FILE,
         lambda peer: os.open(os.devnull, os.O_RDWR)),
        ("that-is-not-open", "shared file cannot be found",
         lambda peer: 999)):
    answering_share("shared-file-" + name, "R69", says, lambda peer,
                    number=number: wire.shared(number(peer)))

# LookupReply.
lie("an-answer-too-few", "R16", ASKED,
    instead_of_reply(lambda peer: peer.addresses(more=-1)),
    "sent an answer for 2 symbols to a question for 3 symbols")
lie("no-answers", "R16", ASKED,
    instead_of_reply(lambda peer: wire.lookup_reply([])),
    "sent an answer for 0 symbols to a question for 3 symbols")
lie("an-answer-too-many", "R16", ASKED,
    instead_of_reply(lambda peer: peer.addresses(more=1)),
    "sent a LookupReply that is too long", options=("--image=false",))
lie("an-answer-too-many-without-loading", "R16", ASKED,
    instead_of_reply(lambda peer: peer.addresses(more=1)),
    "sent an answer for 4 symbols to a question for 3 symbols")
lie("a-million-answers", "R16", ASKED,
    instead_of_reply(lambda peer: peer.addresses(more=1000000)),
    "sent a LookupReply that is too long")

# An address fewer makes room for the indices in what the controller expects.
lie("an-index-of-no-name", "R45 R16", ASKED,
    instead_of_reply(lambda peer: peer.addresses(
        more=-1, referenced=[peer.spare_asked_for])),
    "sent an index of no spare definition")
lie("the-largest-index", "R45 R16", ASKED,
    instead_of_reply(lambda peer: peer.addresses(
        more=-1, referenced=[0xffffffff])),
    "sent an index of no spare definition")
for indices in ((0, 0), (1, 0), (0xffffffff, 0), (0xffffffff, 0xffffffff)):
    lie("indices-%d-%d" % indices, "R45 R16", ASKED,
        instead_of_reply(lambda peer, indices=indices: peer.addresses(
            more=-1, referenced=indices)),
        "sent indices that are not ascending")
lie("an-index-too-many", "R45", ASKED,
    instead_of_reply(lambda peer: peer.addresses(
        referenced=range(peer.spare_asked_for + 1))),
    "sent a LookupReply that is too long", options=("--image=false",))

# What the first of three symbols may not be. An answer fewer makes room for
# names in what the controller expects.
for name, answer, says in (
        ("of-kind-5", wire.answer(5, 4096), "an unknown kind of symbol"),
        ("of-kind-255", wire.answer(255), "an unknown kind of symbol")):
    lie("a-symbol-" + name, "R9", ASKED, instead_of_reply(
        lambda peer, answer=answer: peer.addresses(first=[answer])),
        "sent " + says)
SOMEWHERE = "sent a missing symbol that is somewhere"
for name, answer, says in (
        ("missing-with-an-address", wire.answer(wire.MISSING, 4096),
         SOMEWHERE),
        ("aligned-to-2-17", wire.answer(wire.DATA, 4096, 8, 0, 17),
         "an alignment of no object"),
        ("aligned-without-a-size", wire.answer(wire.DATA, 4096, 0, 0, 3),
         "an alignment of no object"),
        ("missing-with-a-size", wire.answer(wire.MISSING, 0, 8), SOMEWHERE),
        ("of-no-version", wire.answer(wire.FUNCTION, 4096, 0, 1),
         "sent a symbol of a version that it does not tell"),
        ("its-own-and-nowhere", wire.answer(wire.OWN),
         "sent a symbol of its own without an address")):
    lie("a-symbol-" + name, "R58", ASKED, instead_of_reply(
        lambda peer, answer=answer: peer.addresses(first=[answer])), says)
lie("a-symbol-missing-of-a-version", "R58 R16", ASKED, instead_of_reply(
    lambda peer: peer.addresses(more=-1, versions=[(b"l", b"V")],
                                first=[wire.answer(version=1)])), SOMEWHERE)
for kind in (wire.FUNCTION, wire.DATA, wire.THREAD_LOCAL):
    lie("kind-%d-nowhere" % kind, "R59", ASKED, instead_of_reply(
        lambda peer, kind=kind: peer.addresses(first=[wire.answer(kind)])),
        "sent a symbol that is found nowhere", options=("--image=false",))
for name, libraries in (("library", {"needed": [b"l"]}),
                        ("version", {"versions": [(b"l", b"V")]}),
                        ("directory", {"directories": [b"/lib"]})):
    lie("a-%s-though-all-are-loaded" % name, "R59 R16", ASKED,
        instead_of_reply(lambda peer, libraries=libraries: peer.addresses(
            more=-1, **libraries)),
        "sent names of libraries that are to be loaded already",
        options=("--image=false",))
for name, libraries, says in (
        ("library-without-a-name", {"needed": [b""]},
         "a library without a name"),
        ("zero-byte-in-a-library", {"needed": [b"a\0"]},
         "a library without a name"),
        ("version-without-a-library", {"versions": [(b"", b"V")]},
         "a version without a name"),
        ("version-without-a-name", {"versions": [(b"l", b"")]},
         "a version without a name"),
        ("zero-byte-in-a-version", {"versions": [(b"l", b"V\0")]},
         "a version without a name"),
        ("directory-without-a-name", {"directories": [b""]},
         "a directory that no list can have"),
        ("two-directories-in-one", {"directories": [b"/a:/b"]},
         "a directory that no list can have")):
    lie(name, "R60 R16", ASKED,
        instead_of_reply(lambda peer, libraries=libraries: peer.addresses(
            more=-1, **libraries)), "sent " + says)

# Failed.
for where in POINTS:
    for then, after in ((leave, "exit"), (stay, "stay")):
        lie("failed-after-%s-then-%s" % (where, after),
            "R29" if then is stay else "R26", where,
            saying(wire.frame(wire.FAILED,
                              wire.failed(b"the board is on fire")), then),
            "remote-run: error: the board is on fire")
lie("failed-for-a-terminal", "R26", ASKED,
    saying(wire.frame(wire.FAILED, wire.failed(b"a\x1b[2Jb\nc\rd\x7fe\0f"))),
    "error: a?[2Jb?c?d?e?f")
lie("failed-without-a-reason", "R26", ASKED,
    saying(wire.frame(wire.FAILED, wire.failed(b""))),
    "sent a failure without a reason")
lie("failed-while-written-to", "R26", ASKED, failing_unheard,
    "remote-run: error: no memory for that", large=True)

# Frames that nobody asked for.
HELLO_AGAIN = wire.frame(wire.HELLO, wire.hello())
lie("hello-twice", "R10 R27", GREETED, chatting(HELLO_AGAIN),
    "sent Hello in place of LookupReply")
lie("hello-for-reply", "R10 R27", ASKED, saying(HELLO_AGAIN),
    "sent Hello in place of LookupReply")
lie("hello-for-running", "R10 R27", STARTED, saying(HELLO_AGAIN),
    "sent Hello in place of Running")
lie("running-unasked", "R27", GREETED, chatting(wire.frame(wire.RUNNING)),
    "sent Running in place of LookupReply")
lie("running-for-reply", "R27", ASKED, saying(wire.frame(wire.RUNNING)),
    "sent Running in place of LookupReply")
lie("cpu-unasked", "R27", GREETED, chatting(wire.frame(wire.CPU, wire.cpu())),
    "sent Cpu in place of LookupReply")
lie("reply-twice", "R27", ANSWERED,
    chatting(lambda peer: wire.frame(wire.LOOKUP_REPLY, peer.addresses())),
    "sent LookupReply in place of Running")
lie("reply-for-running", "R27", STARTED,
    instead_of_reply(lambda peer: peer.addresses()),
    "sent LookupReply in place of Running")

# Answers of an open session, to the controller of test/tools/modules.cpp.
def answering(name, rules, point, says, kind, payload):
    lie(name, rules, point, chatting(lambda peer: wire.frame(
        kind, payload(peer.payload))), says)


for name, point, kind, payload in (
        ("opened", OPENING, wire.OPENED, lambda p: wire.opened()),
        ("module-started", STARTING, wire.MODULE_STARTED,
         lambda p: wire.module_started(7)),
        ("module-removed", REMOVING, wire.MODULE_REMOVED,
         lambda p: wire.module_removed(7)),
        ("returned", CALLED, wire.RETURNED, lambda p: p[:8] + wire.u8(0)),
        ("memory-read", READING, wire.MEMORY_READ,
         lambda p: wire.memory_read(b"")),
        ("memory-written", WRITING, wire.MEMORY_WRITTEN, lambda p: b"\1")):
    answering(name + "-cut-off", "R77", point,
              "a payload that does not match its message", kind,
              lambda p, payload=payload: payload(p)[:-1])
    # While a call runs, no other answer is awaited.
    lie("cpu-in-place-of-" + name, "R77", point,
        chatting(wire.frame(wire.CPU, wire.cpu())),
        "nobody has asked for" if name == "returned" else " in place of ")
    # Not called R2, as the other liars of that are for remote-run.
    lie("text-in-place-of-" + name, "", point, chatting(b"hello, board\n" * 9),
        "sent bytes that are not a frame")
for name, point, says, kind, payload in (
        ("another-module-started", STARTING, "the start of another module",
         wire.MODULE_STARTED, lambda p: wire.module_started(8)),
        ("a-module-started-somehow", STARTING, "an unknown outcome of a module",
         wire.MODULE_STARTED, lambda p: wire.module_started(7, 4)),
        ("a-report-of-no-crash", STARTING, "a report of no crash",
         wire.MODULE_STARTED, lambda p: wire.module_started(7, 1, b"no", b"x")),
        ("another-module-removed", REMOVING, "the end of another module",
         wire.MODULE_REMOVED, lambda p: wire.module_removed(8)),
        ("busy-though-it-waits", REMOVING, "the end of another module",
         wire.MODULE_REMOVED, lambda p: wire.module_removed(7, 1)),
        ("another-call-returned", CALLED,
         "the result of a call that there is not", wire.RETURNED,
         lambda p: wire.returned(1 << 40)),
        ("less-memory", READING, "other memory than it was asked for",
         wire.MEMORY_READ, lambda p: wire.memory_read(b"abc")),
        ("more-memory", READING, "a MemoryRead that is too long",
         wire.MEMORY_READ, lambda p: wire.memory_read(b"abcde")),
        ("more-than-a-report", CALLED, "a Returned that is too long",
         wire.RETURNED, lambda p: wire.returned(1, result=bytes(1 << 17)))):
    answering(name, "R77", point, says, kind, payload)
for name, report in (("no-report", b""), ("half-a-report", wire.u32(40)),
                     ("a-report-of-nonsense", wire.u32(4) + b"\xff" * 4)):
    lie("dying-with-" + name, "R77", CALLED,
        saying(wire.frame(wire.DYING, report), leave), " hung up")
lie("returned-twice", "R77", CALLED, chatting(lambda peer: 2 * wire.frame(
    wire.RETURNED, wire.returned(1, result=wire.u32(42)))),
    "the result of a call that there is not")
for name, point in (("open", OPENING), ("start", STARTING), ("call", CALLED),
                    ("removal", REMOVING)):
    lie("hangup-at-" + name, "", point, hanging_up(leave),
        " exited with status 42 " if name == "open" else " hung up")

# Silence.
SILENT = "kept silent"
for where in POINTS:
    lie("silence-after-%s" % where, "R28", where, stay, SILENT)
lie("silence-inside-hello", "R28", LAUNCHED,
    saying(wire.frame(wire.HELLO, wire.hello())[:30]), SILENT)
lie("silence-inside-reply", "R28", ASKED,
    saying(lambda peer: wire.frame(wire.LOOKUP_REPLY, peer.addresses())[:30]),
    SILENT)
lie("dribbling-hello", "R28", LAUNCHED,
    dribbling(wire.frame(wire.HELLO, wire.hello())), SILENT)

# Crash reports: from what is none, the controller concludes that there is none.
def crash_record(kind, fields, size=None):
    return (wire.u8(kind) + struct.pack("<H", len(fields) if size is None
                                        else size) + fields)


def crash_report(*records, size=None):
    data = b"".join(records)
    return wire.u32(len(data) if size is None else size) + data


def death(number=signal.SIGSEGV, access=1, is_main=1):
    return crash_record(1, wire.u32(number) + wire.u32(1) + wire.u64(0)
                        + wire.u8(access) + wire.u32(0) * 3 + wire.u8(is_main)
                        + wire.u64(0) * 2)


def crashing(memory):
    def act(peer):
        os.pwrite(peer.crash_memory, memory, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGSEGV)
    return act


FRAME = wire.u64(1) + wire.u8(1) + wire.u32(0)
for name, memory in (
        ("longer-than-its-memory", crash_report(death(), size=65533)),
        ("much-longer", crash_report(death(), size=0xffffffff)),
        ("without-a-death", crash_report(crash_record(5, FRAME))),
        ("of-two-deaths", crash_report(death(), death())),
        ("of-another-signal", crash_report(death(signal.SIGBUS))),
        ("of-an-unknown-access", crash_report(death(access=4))),
        ("of-an-unknown-thread", crash_report(death(is_main=2))),
        ("of-an-unknown-kind", crash_report(death(), crash_record(10, b""))),
        ("cut-off", crash_report(death(), crash_record(5, FRAME[:-1]))),
        ("too-long", crash_report(death(), crash_record(5, FRAME + b"x"))),
        ("past-its-end", crash_report(death(),
                                      crash_record(5, FRAME, size=14))),
        ("of-no-module", crash_report(death(), crash_record(
            5, wire.u64(1) + wire.u8(1) + wire.u32(1)))),
        ("of-a-long-path", crash_report(death(), crash_record(
            4, wire.u64(0) + wire.string(b"x" * 4097)))),
        ("of-a-long-message", crash_report(death(), crash_record(
            9, wire.string(b"x" * 4097))))):
    lie("crash-report-" + name, "R48", OVER, crashing(memory),
        "was killed by signal 11 (SIGSEGV, Segmentation fault)",
        status=-signal.SIGSEGV)
lie("deafness", "R28", ASKED, ignoring_requests, SILENT, large=True)

# After Running, nothing can disturb the controller.
for name, data in (("running-twice", wire.frame(wire.RUNNING)),
                   ("failed-after-running",
                    wire.frame(wire.FAILED, wire.failed(b"too late"))),
                   ("text-after-running", b"bye\n")):
    # In one write, so that it is there when Running is read.
    lie(name, "R30", STARTED, saying(wire.frame(wire.RUNNING) + data, leave),
        None, status=GUEST_STATUS)

# Hangups and deaths.
for where in POINTS:
    text = BEFORE_GREETING if where == LAUNCHED else BEFORE_GUEST
    lie("exit-after-%s" % where, "R31", where, leave,
        "exited with status 42 " + text)
    lie("hangup-after-%s" % where, "R31", where, hanging_up(stay),
        "hung up " + text)
    lie("death-after-%s" % where, "R31", where, dying_of(signal.SIGSEGV),
        "was killed by signal 11 (SIGSEGV, Segmentation fault)")


def main():
    with open(os.environ.pop("REMOTE_RUN_PEER_PID"), "w") as file:
        file.write(str(os.getpid()))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    peer = Peer(LIES[os.environ.pop("REMOTE_RUN_PEER_LIE")])
    try:
        peer.serve()
    except (BrokenPipeError, EOFError):
        # The controller is gone, as it should.
        os._exit(1)
    # The buffers of closed pipes are nobody's business.
    os._exit(GUEST_STATUS)


if __name__ == "__main__":
    sys.exit(main())
