#!/usr/bin/env python3
"""A supervisor that breaks one rule of PROTOCOL.md; stands in for remote-stub
in the forwarded manner.

As peer_executor.py, of which it has everything up to the guest's start. Its
session goes over standard input and output.
"""

import os
import resource
import signal
import sys

import peer_executor as peers
import peer_wire as wire
from peer_executor import (ASKED, ASKED_FOR_BLOCKS, BEFORE_GUEST, FINAL, GREETED, GUEST_STATUS,
                           LAUNCHED, Lie, OVER, POINTS, SILENT, STARTED, TOLD_TO_KEEP,
                           chatting, dying_of, hanging_up, leave, saying, stay)

# The points beside those of peer_executor.py.
BEFORE_START = "nothing"
AFTER_END = "Ended"
WHILE_IT_RAN = "while the program ran"
NO_HANDSHAKE = "before the handshake; --remote-stub-path names"


class Supervisor(peers.Peer):
    """The far end of a forwarded session. There is no guest."""

    def __init__(self, lie):
        self.lie = lie
        # Not those of sys, which would be flushed at the end.
        self.requests = os.fdopen(os.dup(0), "rb")
        self.answers = os.fdopen(os.dup(1), "wb")
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        self.symbols_asked_for = self.spare_asked_for = 0

    def serve(self):
        self.at(BEFORE_START)
        kind, payload = self.receive()
        if kind != wire.START or payload[:4] != wire.u32(wire.VERSION):
            sys.exit("the session starts with message %d" % kind)
        super().serve()
        self.send(wire.frame(wire.ENDED, wire.ended(code=GUEST_STATUS)))
        self.at(AFTER_END)

    def answer_share(self):
        self.send(wire.frame(wire.SHARED, wire.shared(
            3, functions=self.functions)))


def ending(**fields):
    """The guest's end, and nothing after it."""
    return saying(wire.frame(wire.ENDED, wire.ended(**fields)), leave)


def deaf(then):
    """Reads no more, and the other side can see that."""
    def act(peer):
        peer.requests.close()
        then(peer)
    return act


def flooding(peer):
    """Sends output as if all of it had been passed on."""
    part = wire.frame(wire.OUTPUT, wire.output(1, b"\0" * (64 * wire.KIB)))
    for _ in range(2 * wire.WINDOW // (64 * wire.KIB)):
        peer.send(part)
    stay(peer)


LIES = {}


def lie(name, rules, point, act, says, **more):
    assert name not in LIES, name
    LIES[name] = Lie(rules, point, act, says, **more)


lie("honest", "", OVER, ending(code=GUEST_STATUS), None, status=GUEST_STATUS)
lie("honest-with-everything", "", OVER, chatting(
    wire.frame(wire.INPUT_CLOSED) + wire.frame(wire.OUTPUT, b"\1")
    + wire.frame(wire.OUTPUT, b"\2") + wire.frame(wire.INPUT_CREDIT,
                                                   wire.u64(0))),
    None, status=GUEST_STATUS)
lie("a-signal", "", OVER, ending(signaled=1, code=int(signal.SIGTERM)),
    "was killed by signal 15 (SIGTERM, Terminated)",
    status=-signal.SIGTERM)
# It is gone when the end of the file "standard input" is sent to it.
lie("deaf-and-ended", "", STARTED, deaf(saying(
    wire.frame(wire.RUNNING)
    + wire.frame(wire.ENDED, wire.ended(code=GUEST_STATUS)), leave)),
    None, status=GUEST_STATUS)

# While the guest runs, the other side's code reads them: FrameStream.
lie("no-magic", "R2", OVER, saying(wire.header(wire.OUTPUT, 0, magic=b"nope")),
    "sent bytes that are not a frame")
lie("text", "R2", OVER, saying(b"Connection to host closed.\r\n"),
    "sent bytes that are not a frame")
for number in (0, max(wire.MAX_PAYLOAD) + 1, 0xffff):
    lie("type-%d" % number, "R3", OVER, saying(wire.header(number, 0)),
        "sent a message of unknown type")
for number in wire.FROM_CONTROLLER:
    lie("request-%d" % number, "R4", OVER, saying(wire.frame(number)),
        "sent a message of the other direction")
for bits in (1, 0x8000):
    lie("reserved-%d" % bits, "R5", OVER,
        saying(wire.header(wire.OUTPUT, 0, reserved=bits)),
        "sent a header with reserved bits set")
for number in wire.FROM_EXECUTOR:
    for size in (wire.MAX_PAYLOAD[number] + 1, (1 << 64) - 1):
        lie("%d-bytes-of-type-%d" % (size, number), "R6", OVER,
            saying(wire.header(number, size)),
            "sent a payload larger than its message allows")
lie("too-large-for-now", "R53", OVER,
    saying(wire.header(wire.LOOKUP_REPLY, 128 * wire.MIB)),
    "sent a message that has no place while the guest runs")

# Payloads that are not their message.
NO_MATCH = "sent a payload that does not match its message"
for name, kind, payload in (
        ("credit", wire.INPUT_CREDIT, wire.u64(0)),
        ("stopped", wire.STOPPED, wire.u32(19)),
        ("ended", wire.ENDED, wire.ended(1, 11, crash_memory=b"\0" * 9))):
    sizes = (0, len(payload) - 1, len(payload) + 1)
    for size in sizes:
        if size <= wire.MAX_PAYLOAD[kind]:
            lie("%s-of-%d-bytes" % (name, size), "R8", OVER, saying(
                wire.frame(kind, (payload + b"\0")[:size])), NO_MATCH)
lie("output-without-a-stream", "R8", OVER, saying(wire.frame(wire.OUTPUT)),
    NO_MATCH)
for stream in (0, 3, 255):
    lie("output-to-%d" % stream, "R51", OVER, saying(wire.frame(
        wire.OUTPUT, wire.output(stream, b"text"))),
        "sent a stream that is no output of the guest")
for number in (0, 65, 0xffffffff):
    lie("stopped-by-%d" % number, "R51", OVER, saying(wire.frame(
        wire.STOPPED, wire.u32(number))), "sent a number that is no signal")
    lie("ended-by-%d" % number, "R51", OVER, ending(signaled=1, code=number),
        "sent an end that is neither a status nor a signal")
for code in (256, 0xffffffff):
    lie("ended-with-%d" % code, "R51", OVER, ending(code=code),
        "sent an end that is neither a status nor a signal")
lie("ended-with-more-memory-than-there-is", "R51", OVER,
    ending(signaled=1, code=11, crash_memory=b"\0" * 65537),
    "sent more crash memory than there is")
for flag in ("signaled", "dumped_core", "leaves_callers"):
    for value in (2, 255):
        lie("%s-is-%d" % (flag, value), "R9", OVER, ending(**{flag: value}),
            "sent a flag that is neither 0 nor 1")
lie("ended-with-nonsense", "R48", OVER,
    ending(signaled=1, code=11, crash_memory=b"\xff" * 64),
    "was killed by signal 11 (SIGSEGV, Segmentation fault)",
    status=-signal.SIGSEGV)

# Credit.
lie("output-without-credit", "R52", OVER, flooding,
    "sent more output than it may", reads_output=False)
lie("credit-for-nothing", "R52", OVER,
    saying(wire.frame(wire.INPUT_CREDIT, wire.u64(1))),
    "sent credit for more input than it got")
lie("endless-credit", "R52", OVER,
    saying(wire.frame(wire.INPUT_CREDIT, wire.u64((1 << 64) - 1))),
    "sent credit for more input than it got")

lie("answer-to-no-signal", "R56", OVER, saying(wire.frame(wire.SIGNAL_SENT)),
    "sent an answer to a signal that it was not sent")

# Functions that come late.
NONE = "sent a call of late functions without any"


def late(name, rules, act, says, **more):
    """Of a program that has some. For other machines, none has."""
    if wire.MACHINE == "x86_64":
        lie(name, rules, OVER, act, says, options=("--lazy=on",), **more)
    else:
        lie(name, rules, OVER, wanting([0]), NONE)


def wanting(*messages):
    return saying(b"".join(wire.frame(wire.WANTED, wire.wanted(numbers))
                           for numbers in messages))


late("honest-with-late-functions", "",
     chatting(wire.frame(wire.WANTED, wire.wanted([1]))
              + wire.frame(wire.WANTED, wire.wanted([0, 2]))), None,
     status=GUEST_STATUS)
late("honest-with-callers", "", ending(code=GUEST_STATUS, leaves_callers=1),
     None, status=GUEST_STATUS)
late("wants-nothing", "R80", wanting([]),
     "sent no function that the program wants")
for name, numbers in (("one-too-many", [1 << 10]), ("the-last", [0xffffffff])):
    late("wants-" + name, "R80", wanting(numbers),
         "sent a late function that there is not")
TOLD = "sent a late function that it had told of"
late("wants-one-twice", "R80", wanting([1, 1]), TOLD)
late("wants-one-again", "R80", wanting([0], [1, 0]), TOLD)
lie("wants-without-late-functions", "R80", OVER, wanting([0]), NONE,
    options=("--lazy=off",))
lie("callers-without-late-functions", "R81", OVER,
    ending(leaves_callers=1), "sent callers of late functions without any",
    options=("--lazy=off",))
# The program has ended; its children do not count any more.
for name, data in (("twice", 2 * wire.frame(wire.WANTED, wire.wanted([0]))),
                   ("Output", wire.frame(wire.OUTPUT, b"\1text")),
                   ("text", b"a line of text\n"), ("nothing", b"")):
    late("callers-then-" + name, "R81", saying(wire.frame(
        wire.ENDED, wire.ended(code=GUEST_STATUS, leaves_callers=1)) + data,
        leave), None, status=GUEST_STATUS)



# Blocks that are kept.
def keeping(name, rules, point, act, says, **more):
    """With a program that is worth a question."""
    lie(name, rules, point, act, says, large=True,
        options=("--remote-cache",), **more)


def answering_blocks(has, reason=b"", then=stay):
    """has makes a list of the number of blocks."""
    def act(peer):
        peer.send(wire.frame(wire.KEPT, wire.kept(has(peer.blocks), reason)))
        then(peer)
    return act


def having_all(peer):
    """It says so."""
    peer.send(wire.frame(wire.KEPT, wire.kept([1] * peer.blocks)))
    while True:
        kind, _ = peer.receive()
        if kind == wire.WRITE:
            sys.exit("it was sent what it has")
        if kind == wire.RUN:
            peer.send(wire.frame(wire.RUNNING))
            peer.send(wire.frame(wire.ENDED, wire.ended(code=GUEST_STATUS)))
            leave(peer)


keeping("honest-without-blocks", "", OVER, ending(code=GUEST_STATUS), None,
        status=GUEST_STATUS)
keeping("honest-with-all-blocks", "", ASKED_FOR_BLOCKS, having_all, None,
        status=GUEST_STATUS)
for name, more in (("one-more", 1), ("one-less", -1), ("many-more", 5000)):
    keeping("blocks-" + name, "R83", ASKED_FOR_BLOCKS,
            answering_blocks(lambda blocks, more=more: [1] * (blocks + more)),
            "to a question for")
keeping("blocks-maybe", "R9", ASKED_FOR_BLOCKS,
        answering_blocks(lambda blocks: [2] * blocks), "sent a flag")
keeping("blocks-without-end", "R6", ASKED_FOR_BLOCKS,
        saying(wire.header(wire.KEPT, wire.MAX_PAYLOAD[wire.KEPT] + 1)),
        "sent a payload larger than its message allows")
keeping("blocks-and-more", "R8", ASKED_FOR_BLOCKS, saying(
    wire.frame(wire.KEPT, wire.kept([0]) + b"x")), "sent")
keeping("running-for-blocks", "R27", ASKED_FOR_BLOCKS,
        saying(wire.frame(wire.RUNNING)), "sent Running in place of Kept")
keeping("silent-about-blocks", "R28", ASKED_FOR_BLOCKS, stay, SILENT)
keeping("running-for-stored", "R27", TOLD_TO_KEEP,
        saying(wire.frame(wire.RUNNING)), "sent Running in place of Stored")
keeping("stored-twice", "R27", TOLD_TO_KEEP,
        saying(2 * wire.frame(wire.STORED, wire.stored(1))),
        "sent Stored in place of Running")
keeping("silent-about-storing", "R28", TOLD_TO_KEEP, stay, SILENT)
lie("blocks-unasked", "R27", ASKED, saying(wire.frame(wire.KEPT, wire.kept([]))),
    "sent Kept in place of LookupReply")

# What has no place there.
HELLO = wire.frame(wire.HELLO, wire.hello())
for name, data in (("Hello", HELLO), ("Running", wire.frame(wire.RUNNING)),
                   ("Failed", wire.frame(wire.FAILED, wire.failed(b"no"))),
                   ("LookupReply", wire.frame(wire.LOOKUP_REPLY,
                                              wire.lookup_reply([]))),
                   ("Cpu", wire.frame(wire.CPU, wire.cpu()))):
    lie(name + "-while-the-program-runs", "R53", OVER, saying(data),
        "sent %s while the program ran" % name)
for name, data in (("Output", wire.frame(wire.OUTPUT, b"\1text")),
                   ("Ended", wire.frame(wire.ENDED, wire.ended())),
                   ("Wanted", wire.frame(wire.WANTED, wire.wanted([0]))),
                   ("Stopped", wire.frame(wire.STOPPED, wire.u32(19)))):
    lie(name + "-first", "R10 R53", LAUNCHED, saying(data),
        "sent %s in place of Hello" % name)
    lie(name + "-for-reply", "R27 R53", ASKED, saying(data),
        "sent %s in place of LookupReply" % name)
    lie(name + "-for-running", "R27 R53", STARTED, saying(data),
        "sent %s in place of Running" % name)
# There is nobody any more whom it could disturb.
lie("text-after-the-end", "R53", AFTER_END, saying(b"bye\n", leave), None,
    status=GUEST_STATUS)
lie("output-after-the-end", "R53", AFTER_END,
    saying(wire.frame(wire.OUTPUT, b"\1text"), leave), None,
    status=GUEST_STATUS)
lie("silence-after-the-end", "R53", AFTER_END, stay, None, status=GUEST_STATUS)

# Hangups and deaths.
lie("version", "R11", LAUNCHED,
    saying(wire.frame(wire.HELLO, wire.hello(version=wire.VERSION + 1))),
    "speaks protocol version %d" % (wire.VERSION + 1))
for where in (BEFORE_START, *POINTS, OVER):
    when = (WHILE_IT_RAN if where == OVER else NO_HANDSHAKE
            if where in (BEFORE_START, LAUNCHED) else BEFORE_GUEST)
    rule = "R54" if where == OVER else "R31"
    lie("exit-after-%s" % where, rule, where, leave,
        "exited with status 42 " + when)
    lie("hangup-after-%s" % where, rule, where, hanging_up(stay),
        "hung up " + when)
    lie("death-after-%s" % where, rule, where, dying_of(signal.SIGSEGV),
        "was killed by signal 11 (SIGSEGV, Segmentation fault) " + when)
    if where != OVER:
        lie("silence-after-%s" % where, "R28", where, stay, SILENT)
for where in (LAUNCHED, GREETED, FINAL):
    lie("failed-after-%s" % where, "R26", where, saying(
        wire.frame(wire.FAILED, wire.failed(b"the board is on fire"))),
        "remote-run: error: the board is on fire")
OUTPUT = wire.frame(wire.OUTPUT, b"\1" + b"x" * 100)
for size in (1, 15, 16, 60):
    for then, after, ends in ((leave, "exit", "exited with status 42"),
                              (stay, "stay", "hung up")):
        lie("%d-bytes-of-output-then-%s" % (size, after), "R7 R54", OVER,
            saying(OUTPUT[:size], hanging_up(then)), ends + " " + WHILE_IT_RAN)
lie("deaf-and-silent", "R54", STARTED,
    deaf(saying(wire.frame(wire.RUNNING), stay)), "hung up " + WHILE_IT_RAN,
    is_waited_for=True)


def main():
    with open(os.environ.pop("REMOTE_RUN_PEER_PID"), "w") as file:
        file.write(str(os.getpid()))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    peer = Supervisor(LIES[os.environ.pop("REMOTE_RUN_PEER_LIE")])
    try:
        peer.serve()
    except (BrokenPipeError, EOFError):
        # The controller is gone, as it should.
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
