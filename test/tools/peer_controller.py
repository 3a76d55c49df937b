"""A controller that breaks one rule of PROTOCOL.md, and what remote-stub says.

Each entry of LIES is a session from Hello on that goes wrong once. The code
that it would run exits with GUEST_STATUS, so that it shows if it ran.
"""

import dataclasses
import errno
import fcntl
import os
import resource
import struct
import subprocess
import threading
from typing import Callable

import peer_wire as wire

GUEST_STATUS = 42
FAILED_STATUS = 125
TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 6

# exit_group(GUEST_STATUS), without a libc.
GUEST_CODE = {
    "x86_64": bytes([0xbf, GUEST_STATUS, 0, 0, 0,   # mov edi, 42
                     0xb8, 231, 0, 0, 0,            # mov eax, 231
                     0x0f, 0x05]),                  # syscall
    "aarch64": struct.pack("<III",
                           0xd2800000 | GUEST_STATUS << 5,  # mov x0, 42
                           0xd2800008 | 94 << 5,            # mov x8, 94
                           0xd4000001),                     # svc 0
    "riscv64": struct.pack("<III",
                           0x00000513 | GUEST_STATUS << 20,  # li a0, 42
                           0x00000893 | 94 << 20,            # li a7, 94
                           0x00000073),                      # ecall
    "s390x": bytes([0xa7, 0x29, 0, GUEST_STATUS,    # lghi r2, 42
                    0x0a, 248]),                    # svc 248
    "armv7": struct.pack("<III", 0xe3a00000 | GUEST_STATUS,  # mov r0, 42
                         0xe3a07000 | 248,                   # mov r7, 248
                         0xef000000),                        # svc 0
    "powerpc64le": struct.pack("<III",
                               0x38600000 | GUEST_STATUS,    # li r3, 42
                               0x38000000 | 234,             # li r0, 234
                               0x44000002),                  # sc
}


class Session:
    """The executor's facts, and the frames of an honest session with it."""

    def __init__(self, hello):
        self.pointer, self.page = struct.unpack_from("<BI", hello, 4)
        machine = hello[77:].split(b"-")[0].decode()
        self.guest_code = GUEST_CODE[machine]
        self.return_code = RETURN_CODE[machine]
        self.slab, self.slab_size = struct.unpack_from("<QQ", hello, 17)
        self.thread_locals, = struct.unpack_from("<I", hello, 41)
        self.most, self.strictest = struct.unpack_from("<II", hello, 49)
        # Code, constants right behind it, and data with a hole before.
        self.code = self.slab
        self.constants = self.slab + self.page
        self.data = self.slab + 4 * self.page
        self.segments = [
            (self.code, self.page, wire.READ_EXECUTE),
            (self.constants, self.page, wire.READ),
            (self.data, self.page, wire.READ_WRITE)]

    def outside(self):
        return self.slab + 3 * self.page

    def end(self):
        return self.slab + self.slab_size

    def reserve(self):
        return wire.frame(wire.RESERVE, wire.reserve(self.segments))

    def write(self):
        return wire.frame(wire.WRITE, wire.write(self.code, self.guest_code))

    def finalize(self):
        return wire.frame(wire.FINALIZE, wire.finalize())

    def run(self):
        return wire.frame(wire.RUN, wire.run(self.code))

    def until(self, step):
        """All frames of an honest session before \\p step."""
        steps = ("reserve", "write", "finalize", "run", "over")
        return b"".join(getattr(self, name)()
                        for name in steps[:steps.index(step)])


@dataclasses.dataclass
class Lie:
    """The bytes that follow Hello, and how the executor must end."""
    rules: str
    frames: Callable            # Session -> bytes
    says: str                   # part of Failed; None for no Failed
    status: int = FAILED_STATUS
    hangs_up: bool = False      # after the frames, instead of waiting
    errors: str = ""            # part of what the guest's standard error gets
    address_space: int = None   # RLIMIT_AS of the executor
    open_files: int = None      # its RLIMIT_NOFILE after Hello
    last: int = wire.RUNNING    # what it says last, if no Failed


LIES = {}


def lie(name, rules, frames, says, **more):
    assert name not in LIES, name
    LIES[name] = Lie(rules, frames, says, **more)


PROTOCOL_ERROR = "protocol error: "
SENT = PROTOCOL_ERROR + "the controller sent "

lie("honest", "", lambda s: s.until("over"), None, status=GUEST_STATUS)
lie("honest-with-everything", "", lambda s: (
    wire.frame(wire.DESCRIBE_CPU) + wire.frame(wire.SHARE, wire.share()) +
    wire.frame(wire.LOAD, wire.load([b"/"], [(0, b"libm.so.6"), (1, b"m")]))
    + wire.frame(wire.LOOKUP, wire.lookup([b"sin", b"no such\0name"],
                                          spare=[b"malloc", b"", b"a\0b"]))
    + s.until("run")
    + wire.frame(wire.INTERPOSE, wire.interpose(
        [(s.code, b"sin")], copies=[((s.data, 8), b"signgam")],
        functions=[(s.code, b"cos")],
        # There are machines whose block has no byte.
        thread_locals=[(s.thread_locals, 0, b"of_each_thread")]))
    + wire.frame(wire.LOAD, wire.load([b"/"], [(0, b"libm.so.6"), (1, b"m")],
                                      now=0))
    + wire.frame(wire.LOOKUP, wire.lookup([b"cos", b"no such"], now=0,
                                          spare=[b"malloc"]))
    + s.run()), None, status=GUEST_STATUS)

# Headers, where any request could stand.
lie("no-magic", "R2", lambda s: wire.header(wire.RUN, 0, magic=b"nope"),
    SENT + "bytes that are not a frame")
lie("text", "R2", lambda s: b"GET / HTTP/1.1\r\n\r\n",
    SENT + "bytes that are not a frame")
lie("text-before-run", "R2",
    lambda s: s.until("run") + b"\n" + s.run(),
    SENT + "bytes that are not a frame")
for number in (0, max(wire.MAX_PAYLOAD) + 1, 0xffff):
    lie("type-%d" % number, "R3",
        lambda s, number=number: wire.header(number, 0),
        SENT + "a message of unknown type")
for number in wire.FROM_EXECUTOR:
    lie("answer-%d" % number, "R4",
        lambda s, number=number: wire.frame(number),
        SENT + "a message of the other direction")
for bits in (1, 0x8000):
    lie("reserved-%d" % bits, "R5",
        lambda s, bits=bits: wire.header(wire.LOAD, 0, reserved=bits),
        SENT + "a header with reserved bits set")
for number in wire.FROM_CONTROLLER:
    for size in (wire.MAX_PAYLOAD[number] + 1, (1 << 64) - 1):
        lie("type-%d-of-%d-bytes" % (number, size), "R6",
            lambda s, number=number, size=size: wire.header(number, size),
            SENT + "a payload larger than its message allows")

# Each message, complete, in the state in which it may be sent.
MESSAGES = {
    "load": (wire.LOAD, lambda s: b"",
             lambda s: wire.load([b"/"], [(0, b"libm.so.6")])),
    "lookup": (wire.LOOKUP, lambda s: b"",
               lambda s: wire.lookup([b"printf", b"puts"], spare=[b"malloc"])),
    "share": (wire.SHARE, lambda s: b"", lambda s: wire.share()),
    "reserve": (wire.RESERVE, lambda s: b"",
                lambda s: wire.reserve(s.segments)),
    "finalize": (wire.FINALIZE, lambda s: s.until("finalize"),
                 lambda s: wire.finalize([(s.constants, 8)])),
    "interpose": (wire.INTERPOSE, lambda s: s.until("run"),
                  lambda s: wire.interpose([(s.code, b"sin")],
                                           [(s.data, (s.data, 8))])),
    "run": (wire.RUN, lambda s: s.until("run"), lambda s: wire.run(
        s.code, ifuncs=[(s.data, s.code)],
        thread_locals=[((s.constants, 8), 0)], initializers=[(s.data, 8)],
        finalizers=[(s.data, 8)])),
}
NO_MATCH = SENT + "a payload that does not match its message"


def changed(message, change):
    """The frames up to and including \\p message with a changed payload."""
    kind, before, payload = MESSAGES[message]
    return lambda s: before(s) + wire.frame(kind, change(payload(s)))


for name, (kind, before, payload) in MESSAGES.items():
    lie(name + "-without-a-payload", "R8", changed(name, lambda p: b""),
        NO_MATCH)
    lie(name + "-cut-off", "R8", changed(name, lambda p: p[:-1]), NO_MATCH)
    lie(name + "-with-more", "R8", changed(name, lambda p: p + b"\0"),
        NO_MATCH)
    lie(name + "-hung-up-in-the-header", "R7 R39",
        lambda s, kind=kind, before=before: before(s)
        + wire.header(kind, 8)[:9], "the controller hung up", hangs_up=True)
    lie(name + "-hung-up-in-the-payload", "R7 R39",
        lambda s, kind=kind, before=before, payload=payload: before(s)
        + wire.frame(kind, payload(s))[:-1], "the controller hung up",
        hangs_up=True)
lie("write-hung-up-in-the-bytes", "R7 R39",
    lambda s: s.reserve() + s.write()[:-1], "the controller hung up",
    hangs_up=True)


def promising(message, offset):
    """The count at \\p offset of the payload says 2^32 - 1."""
    return changed(message, lambda p: p[:offset] + wire.u32(0xffffffff)
                   + p[offset + 4:])


def flagged(message, offset, value):
    return changed(message, lambda p: p[:offset] + wire.u8(value)
                   + p[offset + 1:])


for name, offsets in (("load", (1, 10)), ("lookup", (2, 28)), ("reserve", (0, 59)),
                      ("finalize", (0,)), ("interpose", (0, 19, 47)),
                      ("run", (26, 46, 74, 78, 98, 118, 130, 134, 143))):
    for offset in offsets:
        lie("%s-promises-more-at-%d" % (name, offset), "R8",
            promising(name, offset), NO_MATCH)
BAD_FLAG = SENT + "a flag that is neither 0 nor 1"
for name, offset in (("load", 0), ("lookup", 0), ("lookup", 1),
                     ("lookup", 6), ("lookup", 7), ("run", 8), ("run", 9)):
    for value in (2, 255):
        lie("%s-flag-at-%d-is-%d" % (name, offset, value), "R9",
            flagged(name, offset, value), BAD_FLAG)
for value in (2, 255):
    lie("library-of-kind-%d" % value, "R9", flagged("load", 14, value),
        SENT + "an unknown way to load a library")
for value in (0, 2, 4, 6, 7, 255):
    lie("protection-%d" % value, "R9", flagged("reserve", 20, value),
        SENT + "a protection that is not r, rw or rx")


# Reserve.
def reserving(*segments):
    return lambda s: wire.frame(wire.RESERVE, wire.reserve(
        [(start(s), size(s), wire.READ_WRITE) for start, size in segments]))


def pages(first, count=1):
    return (lambda s: s.slab + first * s.page), (lambda s: count * s.page)


def at(start, size):
    return start, size


DISORDER = SENT + "segments that are not ascending and disjoint"
lie("segments-overlap", "R17", reserving(pages(0, 2), pages(1)), DISORDER)
lie("segments-twice", "R17", reserving(pages(0), pages(0)), DISORDER)
lie("segments-descend", "R17", reserving(pages(1), pages(0)), DISORDER)
lie("segment-wraps", "R17", reserving(
    at(lambda s: s.slab, lambda s: (1 << 64) - s.slab)), DISORDER)
NO_PAGES = PROTOCOL_ERROR + "a segment that is no range of pages in the slab"
lie("segment-starts-in-a-page", "R18", reserving(
    at(lambda s: s.slab + 1, lambda s: s.page)), NO_PAGES)
lie("segment-ends-in-a-page", "R18", reserving(
    at(lambda s: s.slab, lambda s: s.page + 1)), NO_PAGES)
lie("segment-before-the-slab", "R18", reserving(pages(-1)), NO_PAGES)
lie("segment-at-null", "R18", reserving(
    at(lambda s: 0, lambda s: s.page)), NO_PAGES)
lie("segment-behind-the-slab", "R18", reserving(
    at(lambda s: s.end(), lambda s: s.page)), NO_PAGES)
lie("segment-larger-than-the-slab", "R18", reserving(
    at(lambda s: s.slab, lambda s: s.slab_size + s.page)), NO_PAGES)

lie("image-not-at-the-start", "R61",
    lambda s: wire.frame(wire.RESERVE, wire.reserve(
        [(s.slab + s.page, s.page, wire.READ_WRITE)], b"prog")),
    PROTOCOL_ERROR + "an image that does not start where the slab does")


# Share, and the windows of an image of two pages of data and one of code.
def sharing(**fields):
    return lambda s: wire.frame(wire.SHARE, wire.share(
        **{name: value(s) for name, value in fields.items()}))


for name, text in (("empty", b""), ("of-250-bytes", b"x" * 250)):
    lie("share-name-" + name, "R66", sharing(name=lambda s, text=text: text),
        SENT + "a name that no file in memory can have")
lie("share-name-with-zero", "R41", sharing(name=lambda s: b"late\0code"),
    SENT + "a string with a zero byte in it")
for name, size in (("empty", lambda s: 0),
                   ("too-large", lambda s: 4 * wire.GIB + s.page),
                   ("much-too-large", lambda s: -s.page)):
    lie("share-" + name, "R66", sharing(size=size),
        SENT + "a size that no shared file may have")
for name, size in (("a-page-and-a-byte", lambda s: s.page + 1),
                   ("part-of-a-page", lambda s: 3 * s.page // 2)):
    lie("share-of-" + name, "R66", sharing(size=size),
        PROTOCOL_ERROR + "a shared file of parts of a page")
lie("share-for-more-functions-than-fit", "R66",
    sharing(size=lambda s: s.page, functions=lambda s: s.page - 127),
    SENT + "more late functions than the shared file has room for")
SHARE = sharing()
lie("share-twice", "R67", lambda s: SHARE(s) + SHARE(s),
    PROTOCOL_ERROR + "a second Share")
lie("share-after-reserve", "R67", lambda s: s.reserve() + SHARE(s),
    PROTOCOL_ERROR + "Share after Reserve")
lie("share-after-finalize", "R67", lambda s: s.until("run") + SHARE(s),
    PROTOCOL_ERROR + "Share after Reserve")
# There is none for want of a descriptor.
NO_FILES = {"open_files": 3}
lie("share-without-room", "", lambda s: SHARE(s) + s.until("over"), None,
    status=GUEST_STATUS, **NO_FILES)
lie("share-twice-without-room", "R67", lambda s: SHARE(s) + SHARE(s),
    PROTOCOL_ERROR + "a second Share", **NO_FILES)


# Place, while the program is being sent.
def placing(offset, data=b"x", before=SHARE):
    return lambda s: before(s) + wire.frame(wire.PLACE, wire.place(
        offset(s), data))


SHARED_SIZE = 1 << 16
LEAVES = PROTOCOL_ERROR + "a Place that leaves the shared file"
lie("place-all-over-it", "", lambda s: placing(lambda s: 0, b"x" * 60000)(s)
    + placing(lambda s: SHARED_SIZE - 1, before=lambda s: b"")(s)
    + placing(lambda s: SHARED_SIZE, b"", before=lambda s: b"")(s)
    + s.until("over"), None, status=GUEST_STATUS)
for name, offset, data in (("behind-it", SHARED_SIZE, b"x"),
                           ("over-its-end", SHARED_SIZE - 1, b"xx"),
                           ("that-wraps", -1, b"xx"), ("far-away", -1, b"")):
    lie("place-" + name, "R78", placing(lambda s, offset=offset: offset, data),
        LEAVES)
NO_FILE_FOR_IT = PROTOCOL_ERROR + "a Place without a shared file"
lie("place-without-share", "R78", placing(lambda s: 0, before=lambda s: b""),
    NO_FILE_FOR_IT)
lie("place-in-a-file-that-there-is-not", "R78", placing(lambda s: 0),
    NO_FILE_FOR_IT, **NO_FILES)


# Blocks that are kept; this executor keeps none.
DIGEST = bytes(range(32))


def blocks(kind, payload, before=lambda s: b""):
    return lambda s: before(s) + wire.frame(kind, payload(s))


NO_SIZE = SENT + "a block of a size that there is not"
OUTSIDE = PROTOCOL_ERROR + "a Write outside the reserved segments"
lie("ask-for-no-blocks", "", lambda s: wire.frame(
    wire.ASK_KEPT, wire.ask_kept([])) + s.until("over"), None,
    status=GUEST_STATUS)
lie("ask-for-blocks-anywhere", "", lambda s: b"".join(wire.frame(
    wire.ASK_KEPT, wire.ask_kept([(size, DIGEST)])) for size in (1, 65536))
    + s.until("over"), None, status=GUEST_STATUS)
for size in (0, 65537, 0xffffffff):
    lie("ask-for-%d-bytes" % size, "R82", blocks(
        wire.ASK_KEPT, lambda s, size=size: wire.ask_kept([(size, DIGEST)])),
        NO_SIZE)
    lie("keep-%d-bytes" % size, "R82", blocks(
        wire.KEEP, lambda s, size=size: wire.keep([(0, s.slab, size)]),
        lambda s: s.reserve()), NO_SIZE)
NO_PROMISE = PROTOCOL_ERROR + "a block that it was not promised"
for number in (0, 1, 0xffffffff):
    lie("write-block-%d" % number, "R84", blocks(
        wire.WRITE_KEPT,
        lambda s, number=number: wire.write_kept([(number, 0, s.slab)]),
        lambda s: wire.frame(wire.ASK_KEPT, wire.ask_kept([(9, DIGEST)]))
        + s.reserve()), NO_PROMISE)
lie("keep-before-reserve", "R85", blocks(
    wire.KEEP, lambda s: wire.keep([(0, s.slab, 1)])), OUTSIDE)
lie("keep-before-the-slab", "R85", blocks(
    wire.KEEP, lambda s: wire.keep([(0, s.slab - 1, 2)]),
    lambda s: s.reserve()), OUTSIDE)
lie("keep-what-wraps", "R85", blocks(
    wire.KEEP, lambda s: wire.keep([(0, -1, 2)]), lambda s: s.reserve()),
    OUTSIDE)
lie("keep-after-finalize", "R85", blocks(
    wire.KEEP, lambda s: wire.keep([(0, s.slab, 1)]),
    lambda s: s.until("run")), OUTSIDE)
lie("keep-without-share", "R85", blocks(
    wire.KEEP, lambda s: wire.keep([(1, 0, 1)])),
    PROTOCOL_ERROR + "a Keep without a shared file")
for name, offset, size in (("behind-it", SHARED_SIZE, 1),
                           ("over-its-end", SHARED_SIZE - 1, 2),
                           ("that-wraps", -1, 2)):
    lie("keep-" + name, "R85", blocks(
        wire.KEEP, lambda s, offset=offset, size=size: wire.keep(
            [(1, offset, size)]), SHARE),
        PROTOCOL_ERROR + "a Keep that leaves the shared file")


def windowed(*windows, before=SHARE, image=b"prog"):
    """Each by its first page, pages, and first page in the file."""
    return lambda s: before(s) + wire.frame(wire.RESERVE, wire.reserve(
        [(s.slab, s.page, wire.READ_EXECUTE),
         (s.slab + s.page, 2 * s.page, wire.READ_WRITE)], image,
        [(s.slab + int(first * s.page), int(count * s.page),
          int(offset * s.page)) for first, count, offset in windows]))


WINDOW_DISORDER = SENT + "windows that are not ascending and disjoint"
for name, windows in (("overlap", [(1, 2, 0), (2, 1, 2)]),
                      ("twice", [(1, 1, 0), (1, 1, 1)]),
                      ("descend", [(2, 1, 0), (1, 1, 1)]),
                      ("empty", [(1, 0, 0)]), ("wrap", [(0, 1 << 52, 0)])):
    lie("windows-" + name, "R70", windowed(*windows), WINDOW_DISORDER)
NO_WINDOW = PROTOCOL_ERROR + "a window that is no range of pages in a segment"
for name, window in (("over-two-segments", (0, 2, 0)),
                     ("behind-the-segments", (3, 1, 0)),
                     ("over-the-end", (2, 2, 0)), ("before-the-slab", (-1, 1, 0)),
                     ("from-inside-a-page", (1.5, 1, 0)),
                     ("of-part-of-a-page", (1, 0.5, 0)),
                     ("of-part-of-a-page-in-the-file", (1, 1, 0.5))):
    lie("window-" + name, "R70", windowed(window), NO_WINDOW)
NOT_SHARED = PROTOCOL_ERROR + "a window that leaves the shared file"
ONE_PAGE = sharing(size=lambda s: s.page)
for name, window in (("behind-the-file", (1, 1, 1)),
                     ("over-the-end-of-the-file", (1, 2, 0)),
                     ("far-behind-the-file", (1, 1, 1 << 40)),
                     ("that-wraps-in-the-file", (1, 2, (1 << 52) - 1))):
    lie("window-" + name, "R70", windowed(window, before=ONE_PAGE), NOT_SHARED)
lie("window-of-no-image", "R71", windowed((1, 1, 0), image=b""),
    SENT + "windows of a program that is no image")
UNSHARED = PROTOCOL_ERROR + "windows without a shared file"
lie("window-without-share", "R71",
    windowed((1, 1, 0), before=lambda s: b""), UNSHARED)
lie("window-of-a-file-that-there-is-not", "R71", windowed((1, 1, 0)), UNSHARED,
    **NO_FILES)
# What is no image at all is found out when the guest is to start.
NO_IMAGE = {"status": 127, "errors": ": error while loading shared libraries: "}
lie("image-of-zeroes", "",
    lambda s: wire.frame(wire.RESERVE, wire.reserve(
        [(s.slab, s.page, wire.READ_EXECUTE)], b"prog"))
    + wire.frame(wire.FINALIZE, wire.finalize((), b"prog"))
    + wire.frame(wire.RUN, wire.run(s.slab)), None, **NO_IMAGE)
lie("image-name-with-zero", "R41",
    lambda s: wire.frame(wire.RESERVE, wire.reserve(
        [(s.slab, s.page, wire.READ_WRITE)], b"pr\0og")),
    SENT + "a string with a zero byte in it")


# Write.
def writing(start, size):
    return lambda s: s.reserve() + wire.frame(
        wire.WRITE, wire.write(start(s), b"x" * size(s)))


OUTSIDE = PROTOCOL_ERROR + "a Write outside the reserved segments"
for size in (0, 1, 7):
    lie("write-of-%d-bytes" % size, "R19",
        lambda s, size=size: s.reserve() + wire.frame(wire.WRITE, b"x" * size),
        PROTOCOL_ERROR + "a Write without an address")
for name, start, size in (
        ("in-a-hole", lambda s: s.outside(), lambda s: 1),
        ("into-a-hole", lambda s: s.data + s.page - 1, lambda s: 2),
        ("from-a-hole", lambda s: s.data - 1, lambda s: 2),
        ("over-two-segments", lambda s: s.constants - 1, lambda s: 2),
        ("to-null", lambda s: 0, lambda s: 1),
        ("to-the-last-byte", lambda s: (1 << 64) - 1, lambda s: 1),
        ("behind-the-slab", lambda s: s.end(), lambda s: 1),
        ("of-more-than-the-slab", lambda s: s.code,
         lambda s: 2 * wire.MIB)):
    lie("write-" + name, "R19", writing(start, size), OUTSIDE)
lie("write-of-nothing-to-null", "R19", writing(lambda s: 0, lambda s: 0),
    OUTSIDE)


# What goes to a file may go over the bounds of segments, and not behind it.
def writing_image(start):
    return lambda s: wire.frame(wire.RESERVE, wire.reserve(
        [(s.slab, s.page, wire.READ_EXECUTE),
         (s.slab + s.page, s.page, wire.READ_WRITE)], b"prog")) + wire.frame(
             wire.WRITE, wire.write(start(s), b"xx")) + wire.frame(
                 wire.FINALIZE, wire.finalize((), b"prog")) + wire.frame(
                     wire.RUN, wire.run(s.slab))


lie("image-written-over-two-segments", "",
    writing_image(lambda s: s.slab + s.page - 1), None, **NO_IMAGE)
lie("image-written-behind-its-end", "R19",
    writing_image(lambda s: s.slab + 2 * s.page - 1), OUTSIDE)


# Finalize, Interpose and Run name places in the segments.
def finalizing(start, size):
    return lambda s: s.until("finalize") + wire.frame(
        wire.FINALIZE, wire.finalize([(start(s), size(s))]))


def replacing(definitions=lambda s: (), variables=lambda s: (),
              copies=lambda s: (), functions=lambda s: (),
              thread_locals=lambda s: ()):
    return lambda s: s.until("run") + wire.frame(
        wire.INTERPOSE, wire.interpose(definitions(s), variables(s),
                                       copies(s), functions(s),
                                       thread_locals(s)))


def running(entry=lambda s: s.code, **fields):
    return lambda s: s.until("run") + wire.frame(wire.RUN, wire.run(
        entry(s), **{name: value(s) for name, value in fields.items()}))


for name, start, size in (
        ("in-a-hole", lambda s: s.outside(), lambda s: 8),
        ("over-two-segments", lambda s: s.constants - 8, lambda s: 16),
        ("at-null", lambda s: 0, lambda s: 8),
        ("that-wraps", lambda s: s.data, lambda s: (1 << 64) - 8)):
    lie("unwind-table-" + name, "R20", finalizing(start, size),
        PROTOCOL_ERROR + "an unwind table that is not in the reserved")
    array = lambda s, start=start, size=size: [(start(s), size(s))]
    lie("debug-object-" + name, "R47", running(debug_objects=array),
        PROTOCOL_ERROR + "a debug object that is not in the reserved")
    for field in ("initializers", "finalizers"):
        lie("%s-%s" % (field, name), "R23", running(**{field: array}),
            PROTOCOL_ERROR + "an initializer array that is not in the")
for name, array in (
        ("unaligned", lambda s: [(s.data + s.pointer // 2, s.pointer)]),
        ("of-part-of-a-pointer", lambda s: [(s.data, s.pointer * 3 // 2)])):
    for field in ("initializers", "finalizers"):
        lie("%s-%s" % (field, name), "R23", running(**{field: array}),
            PROTOCOL_ERROR + "an initializer array that is not in the")
PLACES = (("in-constants", lambda s: s.constants),
          ("in-data", lambda s: s.data), ("in-a-hole", lambda s: s.outside()),
          ("behind-the-slab", lambda s: s.end()), ("null", lambda s: 0),
          ("the-last-byte", lambda s: (1 << 64) - 1))
for name, place in PLACES[2:]:
    lie("replacement-" + name, "R21",
        replacing(lambda s, place=place: [(place(s), b"sin")]),
        PROTOCOL_ERROR + "a replacement that is not in the reserved segments")
for name, place in PLACES:
    lie("entry-" + name, "R22", running(place),
        PROTOCOL_ERROR + "an entry that is not in the code")
    lie("resolver-" + name, "R40",
        running(ifuncs=lambda s, place=place: [(s.data, place(s))]),
        PROTOCOL_ERROR + "an ifunc that is not in the reserved segments")
for name, slot in (("in-code", lambda s: s.code),
                   ("in-constants", lambda s: s.constants),
                   ("in-a-hole", lambda s: s.outside()),
                   ("into-a-hole",
                    lambda s: s.data + s.page - s.pointer // 2)):
    lie("ifunc-slot-" + name, "R40",
        running(ifuncs=lambda s, slot=slot: [(slot(s), s.code)]),
        PROTOCOL_ERROR + "an ifunc that is not in the reserved segments")
for name, image, offset in (
        ("in-a-hole", lambda s: (s.outside(), 8), lambda s: 0),
        ("over-two-segments", lambda s: (s.constants - 8, 16), lambda s: 0),
        ("that-wraps", lambda s: (s.constants, (1 << 64) - 8), lambda s: 0),
        ("larger-than-the-block",
         lambda s: (s.constants, s.thread_locals + 1), lambda s: 0),
        ("over-the-end-of-the-block",
         lambda s: (s.constants, 8), lambda s: s.thread_locals - 7),
        ("far-behind-the-block",
         lambda s: (s.constants, 8), lambda s: (1 << 64) - 4)):
    lie("thread-locals-" + name, "R43",
        running(thread_locals=lambda s, image=image, offset=offset:
                [(image(s), offset(s))]),
        PROTOCOL_ERROR + "an image of thread-local variables that is not in")
NO_SLOT = PROTOCOL_ERROR + "a slot for a thread-local variable that is not in"
for name, slot in (("in-code", lambda s: s.code),
                   ("in-constants", lambda s: s.constants),
                   ("in-a-hole", lambda s: s.outside()),
                   ("into-a-hole", lambda s: s.data + s.page - s.pointer)):
    lie("thread-local-slot-" + name, "R44", running(
        library_thread_locals=lambda s, slot=slot: [(slot(s), s.data)]),
        NO_SLOT)
for name, place in PLACES:
    lie("library-thread-local-" + name, "R44", running(
        library_thread_locals=lambda s, place=place: [(s.data, place(s))]),
        PROTOCOL_ERROR + "a thread-local variable of no library")
for name, copy in (("in-code", lambda s: (s.code, 8)),
                   ("in-constants", lambda s: (s.constants, 8)),
                   ("in-a-hole", lambda s: (s.outside(), 8)),
                   ("too-long", lambda s: (s.data, s.page + 1))):
    lie("replacement-variable-" + name, "R21", replacing(
        variables=lambda s, copy=copy: [(s.data, copy(s))]),
        PROTOCOL_ERROR + "a replacement variable that is not in writable")
    lie("copied-variable-" + name, "R21", replacing(
        copies=lambda s, copy=copy: [(copy(s), b"environ")]),
        PROTOCOL_ERROR + "a copy of a variable that is not in writable")
for name, place in (("in-a-hole", lambda s: s.outside()),
                    ("at-null", lambda s: 0)):
    lie("function-" + name, "R21", replacing(
        functions=lambda s, place=place: [(place(s), b"cos")]),
        PROTOCOL_ERROR + "a function that is not in the reserved segments")
for name, offset, size in (("behind-block", 65 << 20, 8),
                           ("over-end-of-block", 0, 65 << 20),
                           ("that-wraps", 8, (1 << 64) - 8)):
    lie("thread-local-variable-" + name, "R21", replacing(
        thread_locals=lambda s, offset=offset, size=size:
        [(offset, size, b"of_each_thread")]),
        PROTOCOL_ERROR + "a thread-local variable that is not in the block")
lie("no-arguments", "R24", running(arguments=lambda s: ()),
    SENT + "no arguments, not even argv[0]")
lie("zero-byte-in-argument", "R41",
    running(arguments=lambda s: (b"prog", b"a\0b")),
    SENT + "a string with a zero byte in it")
lie("zero-byte-in-perf-file", "R41", running(perf_file=lambda s: b"a\0b"),
    SENT + "a string with a zero byte in it")
for name, field in (("variable", {"environment": lambda s: [b"A=1\0x"]}),
                    ("directory", {"directory": lambda s: b"/\0x"}),
                    ("program-file", {"program_file": lambda s: b"/\0x"}),
                    ("start-again",
                     {"start_again": lambda s: [b"/bin/x", b"\0x"]})):
    lie("zero-byte-in-" + name + "-of-run", "R41", running(**field),
        SENT + "a string with a zero byte in it")
for name, text in (("no-variable", b""), ("nameless-variable", b"=1"),
                   ("only-an-equals-sign", b"="),
                   ("variable-without-a-value", b"A")):
    lie(name, "R49",
        running(environment=lambda s, text=text: [b"FIRST=1", text]),
        SENT + "an environment variable without a name")
lie("program-file-of-no-root", "R64",
    running(program_file=lambda s: b"prog.bc"),
    SENT + "a file of the program that is not named from the root")
for name, words in (("without-a-name", [b"/bin/remote-run"]),
                    ("of-no-root", [b"remote-run", b"remote-run"])):
    lie("start-again-" + name, "R64",
        running(start_again=lambda s, words=words: words),
        SENT + "a command that cannot start the program again")
lie("limit-on-nothing", "R46", running(limits=lambda s: [(7, 0, 0)]),
    SENT + "a limit on an unknown resource")
for name, load in (
        ("library", wire.load([b"/"], [(0, b"libm.so.6\0")])),
        ("directory", wire.load([b"/\0x"], [(1, b"m")]))):
    lie("zero-byte-in-" + name, "R41",
        lambda s, load=load: wire.frame(wire.LOAD, load),
        SENT + "a string with a zero byte in it")

# Open sessions. A module's code returns at once.
RETURN_CODE = {"x86_64": b"\xc3", "aarch64": struct.pack("<I", 0xd65f03c0),
               "riscv64": struct.pack("<I", 0x00008067),
               "s390x": bytes([0x07, 0xfe]),
               "armv7": struct.pack("<I", 0xe12fff1e),
               "powerpc64le": struct.pack("<I", 0x4e800020)}
OPEN = wire.frame(wire.OPEN)


def module(s, module=1, first=0, **start):
    """Added, written and started: a page of code and one of data."""
    place = s.slab + first * s.page
    return (wire.frame(wire.ADD_MODULE, wire.add_module(
        [(place, s.page, wire.READ_EXECUTE),
         (place + s.page, s.page, wire.READ_WRITE)], module))
            + wire.frame(wire.WRITE, wire.write(place, s.return_code))
            + wire.frame(wire.START_MODULE,
                         wire.start_module(module, **start)))


def opened(*frames):
    """An open session that goes wrong with the last of these."""
    return lambda s: OPEN + b"".join(
        each(s) if callable(each) else each for each in frames)


def adding(segments, **fields):
    return opened(lambda s: wire.frame(wire.ADD_MODULE, wire.add_module(
        segments(s), **fields)))


def a_page(s):
    return [(s.slab, s.page, wire.READ_EXECUTE)]


lie("open-and-hang-up", "", opened(
    module, lambda s: module(s, module=2, first=2),
    wire.frame(wire.DESCRIBE_CPU),
    wire.frame(wire.LOAD, wire.load([b"/"], [(0, b"libm.so.6")])),
    wire.frame(wire.LOOKUP, wire.lookup([b"sin", b"no such"])),
    lambda s: wire.frame(wire.CALL, wire.call(s.slab, result_size=8)),
    lambda s: wire.frame(wire.READ_MEMORY, wire.range_(s.slab, 4)),
    lambda s: wire.frame(wire.READ_MEMORY, wire.range_(0, 4)),
    lambda s: wire.frame(wire.WRITE_MEMORY, wire.u64(s.slab) + b"x"),
    lambda s: wire.frame(wire.REMOVE_MODULE, wire.remove_module(2))),
    None, status=0, hangs_up=True, last=wire.MODULE_REMOVED)
lie("open-after-reserve", "R72", lambda s: s.reserve() + OPEN,
    PROTOCOL_ERROR + "Open after Reserve")
lie("open-after-share", "R72", lambda s: SHARE(s) + OPEN,
    PROTOCOL_ERROR + "Open after Reserve")
for name, number, payload in (
        ("open", wire.OPEN, b""), ("share", wire.SHARE, wire.share()),
        ("finalize", wire.FINALIZE, wire.finalize()),
        ("restart", wire.RESTART, wire.u32(1) + wire.u32(1))):
    lie(name + "-in-an-open-session", "R72",
        opened(wire.frame(number, payload)),
        PROTOCOL_ERROR)
for number in (wire.ADD_MODULE, wire.START_MODULE, wire.REMOVE_MODULE,
               wire.CALL, wire.READ_MEMORY, wire.WRITE_MEMORY):
    lie("request-%d-before-open" % number, "R72",
        lambda s, number=number: wire.frame(number),
        PROTOCOL_ERROR)
lie("a-second-module-1", "R73", opened(
    module, lambda s: module(s, first=2)), PROTOCOL_ERROR + "a second module")
lie("a-module-before-the-last-is-started", "R73", lambda s: adding(a_page)(s)
    + adding(lambda s: [(s.slab + s.page, s.page, wire.READ)], module=2)(s)[
        len(OPEN):], PROTOCOL_ERROR + "AddModule before the last")
lie("a-module-in-another", "R73", opened(
    module, lambda s: module(s, module=2, first=1)),
    PROTOCOL_ERROR + "a module where another is")
lie("a-module-of-nothing", "R73", adding(lambda s: []),
    SENT + "a module of no segments")
for name, segments, says in (
        ("outside", lambda s: [(s.end(), s.page, wire.READ)], NO_PAGES),
        ("in-a-page", lambda s: [(s.slab + 1, s.page, wire.READ)], NO_PAGES),
        ("that-overlaps", lambda s: 2 * a_page(s), DISORDER)):
    lie("a-module-" + name, "R73", adding(segments), says)
for field in ("image", "path"):
    lie("module-%s-with-zero" % field, "R41", adding(
        a_page, **{field: b"a\0b"}), SENT + "a string with a zero byte in it")
NOT_OF_MODULE = PROTOCOL_ERROR + "a Write for no module"
lie("module-write-without-a-module", "R74", opened(
    lambda s: wire.frame(wire.WRITE, wire.write(s.slab, b"x"))), NOT_OF_MODULE)
lie("module-write-when-it-is-started", "R74", opened(
    module, lambda s: wire.frame(wire.WRITE, wire.write(s.slab, b"x"))),
    NOT_OF_MODULE)
lie("module-write-outside", "R74", lambda s: adding(a_page)(s) + wire.frame(
    wire.WRITE, wire.write(s.slab + s.page, b"x")),
    PROTOCOL_ERROR + "a Write outside the module's")
lie("module-write-without-an-address", "R74", lambda s: adding(a_page)(s)
    + wire.frame(wire.WRITE, b"x"), PROTOCOL_ERROR + "a Write without an")
NO_MODULE = PROTOCOL_ERROR + "there is no module 9"
lie("start-of-no-module", "R75", opened(
    wire.frame(wire.START_MODULE, wire.start_module(9))), NO_MODULE)
lie("start-twice", "R75", opened(
    module, wire.frame(wire.START_MODULE, wire.start_module())),
    PROTOCOL_ERROR + "a second StartModule")
for name, says, fields in (
        ("table", "an unwind table", lambda s: {
            "tables": [(s.slab + 2 * s.page, 8)]}),
        ("initializer", "an initializer array", lambda s: {
            "initializers": [(s.slab + 2 * s.page, s.pointer)]}),
        ("unaligned-initializer", "an initializer array", lambda s: {
            "initializers": [(s.slab + 1, s.pointer)]}),
        ("finalizer", "a finalizer array", lambda s: {
            "finalizers": [(s.slab - s.page, s.pointer)]}),
        ("ifunc-slot", "an ifunc", lambda s: {
            "ifuncs": [(s.slab, s.slab)]}),
        ("ifunc-resolver", "an ifunc", lambda s: {
            "ifuncs": [(s.slab + s.page, s.slab + s.page)]}),
        ("thread-local-slot", "a slot", lambda s: {
            "library_thread_locals": [(s.slab, s.slab)]})):
    lie("module-%s-elsewhere" % name, "R75", opened(
        lambda s, fields=fields: module(s, **fields(s))),
        PROTOCOL_ERROR + says)
lie("removal-of-no-module", "R76", opened(
    wire.frame(wire.REMOVE_MODULE, wire.remove_module(9))), NO_MODULE)
NO_WRAPPER = PROTOCOL_ERROR + "a call by what is in no module's code"
for name, place in (("data", lambda s: s.slab + s.page),
                    ("nothing", lambda s: s.slab + 2 * s.page),
                    ("null", lambda s: 0)):
    lie("call-by-" + name, "R76", opened(
        module, lambda s, place=place: wire.frame(
            wire.CALL, wire.call(place(s)))), NO_WRAPPER)
lie("call-for-too-much", "R76", opened(
    module, lambda s: wire.frame(wire.CALL, wire.call(
        s.slab, result_size=(512 << 20) + 1))),
    SENT + "a result that is larger than it may be")
lie("memory-of-too-much", "R76", opened(
    lambda s: wire.frame(wire.READ_MEMORY,
                         wire.range_(s.slab, (512 << 20) + 1))),
    SENT + "a question for more memory than may be asked for")
for name, number, payload in (
        ("add-module", wire.ADD_MODULE, wire.add_module([(1, 1, 1)])),
        ("start-module", wire.START_MODULE, wire.start_module()),
        ("remove-module", wire.REMOVE_MODULE, wire.remove_module()),
        ("call", wire.CALL, wire.call(0)),
        ("read-memory", wire.READ_MEMORY, wire.range_(0, 0)),
        ("write-memory", wire.WRITE_MEMORY, wire.u64(0))):
    lie(name + "-cut-off-in-an-open-session", "R8",
        opened(wire.frame(number, payload[:-1])), NO_MATCH)
for name, number, payload in (
        ("removal-that-waits", wire.REMOVE_MODULE, wire.remove_module(1, 2)),
        ("call-of-its-own", wire.CALL, wire.call(0, own_thread=2))):
    lie(name + "-2", "R9", opened(wire.frame(number, payload)), BAD_FLAG)

# What is more than the executor has room for, as a whole or once it is decoded.
SMALL = 80 * wire.MIB
NO_MEMORY = "there is not enough memory for what the controller asks for"
lie("lookup-of-256-MiB-in-less", "R57",
    lambda s: wire.header(wire.LOOKUP, 256 * wire.MIB), NO_MEMORY,
    address_space=SMALL)
lie("interpose-of-256-MiB-in-less", "R57",
    lambda s: wire.header(wire.INTERPOSE, 256 * wire.MIB), NO_MEMORY,
    address_space=SMALL)
# Names of no bytes, each of six bytes as it is sent.
MANY = 4000000
lie("names-that-take-more-decoded", "R57",
    lambda s: wire.frame(wire.LOOKUP, wire.u8(1) + wire.u8(1) + wire.u32(MANY)
                         + bytes(6 * MANY) + wire.u32(0)), NO_MEMORY,
    address_space=SMALL)

# What is said in the forwarded manner alone.
for name, kind, payload in (
        ("start", wire.START, wire.start()), ("input", wire.INPUT, b"text"),
        ("output-credit", wire.OUTPUT_CREDIT, wire.credit(1, 1)),
        ("close-output", wire.CLOSE_OUTPUT, wire.u8(1)),
        ("end-group", wire.END_GROUP, b""),
        ("signal", wire.SIGNAL, wire.guest_signal(9))):
    for step in ("reserve", "run"):
        lie("%s-before-%s" % (name, step), "R53",
            lambda s, step=step, kind=kind, payload=payload:
            s.until(step) + wire.frame(kind, payload),
            PROTOCOL_ERROR + "%s is not a request"
            % name.title().replace("-", ""))

# The order of requests.
# Of those that can start anew.
for name, size, alignment in (
        ("nothing", lambda s: 0, lambda s: 64),
        ("too-much", lambda s: s.most + 1, lambda s: 64),
        ("all-there-is", lambda s: 0xffffffff, lambda s: 64),
        ("no-alignment", lambda s: s.most, lambda s: 0),
        ("a-crooked-alignment", lambda s: s.most, lambda s: 48),
        ("a-stricter-alignment", lambda s: s.most, lambda s: s.strictest * 2)):
    lie("restart-for-" + name, "R65", lambda s, size=size, alignment=alignment:
        wire.frame(wire.RESTART, wire.u32(size(s)) + wire.u32(alignment(s))),
        PROTOCOL_ERROR + "Restart for more thread-local variables than there")
lie("restart-after-reserve", "R32", lambda s: s.reserve() + wire.frame(
    wire.RESTART, wire.u32(s.most) + wire.u32(64)), PROTOCOL_ERROR + "Restart after Reserve")
lie("reserve-twice", "R32", lambda s: s.reserve() + s.reserve(),
    PROTOCOL_ERROR + "a second Reserve")
lie("reserve-after-finalize", "R32",
    lambda s: s.until("run") + s.reserve(),
    PROTOCOL_ERROR + "a second Reserve")
lie("write-before-reserve", "R33", lambda s: s.write(), OUTSIDE)
lie("write-after-finalize", "R33", lambda s: s.until("run") + s.write(),
    OUTSIDE)
lie("finalize-before-reserve", "R34", lambda s: s.finalize(),
    PROTOCOL_ERROR + "Finalize without a Reserve before it")
lie("finalize-twice", "R35", lambda s: s.until("run") + s.finalize(),
    PROTOCOL_ERROR)
lie("interpose-before-finalize", "R36",
    lambda s: s.until("finalize") + wire.frame(wire.INTERPOSE,
                                               wire.interpose()),
    PROTOCOL_ERROR + "Interpose before Finalize")
lie("run-at-once", "R37", lambda s: wire.frame(wire.RUN, wire.run(s.code)),
    PROTOCOL_ERROR + "Run before Finalize")
lie("run-before-finalize", "R37", lambda s: s.until("finalize") + s.run(),
    PROTOCOL_ERROR + "Run before Finalize")
for name, more in (("run-twice", lambda s: s.run()),
                   ("text-after-run", lambda s: b"and now?\n"),
                   ("lookup-after-run", lambda s: wire.frame(
                       wire.LOOKUP, wire.lookup([b"sin"])))):
    lie(name, "R38", lambda s, more=more: s.until("over") + more(s), None,
        status=GUEST_STATUS)

# Hanging up instead of the next request.
for step in ("reserve", "write", "finalize", "run"):
    lie("hangup-before-" + step, "R39", lambda s, step=step: s.until(step),
        "the controller hung up", hangs_up=True)


# How the executor is told of its session. It must find none.
@dataclasses.dataclass
class Start:
    """An environment without a session."""
    rules: str
    variable: str = None        # formatted with the numbers of both pipes
    agreed: tuple = None        # what is put under the agreed numbers


REQUESTS_READ, REQUESTS_WRITE, ANSWERS_READ, ANSWERS_WRITE, NULL = range(5)
STARTS = {
    "nothing": Start("R1"),
    "wrong-ends": Start("R1", agreed=(REQUESTS_WRITE, ANSWERS_READ)),
    "in-only": Start("R1", agreed=(REQUESTS_READ, None)),
    "out-only": Start("R1", agreed=(None, ANSWERS_WRITE)),
    "no-pipes": Start("R1", agreed=(NULL, NULL)),
    "empty-variable": Start("R1", ""),
    "one-number": Start("R1", "{0}"),
    "no-numbers": Start("R1", "in,out"),
    "trailing-text": Start("R1", "{0},{1},more"),
    "negative": Start("R1", "-{0},{1}"),
    "closed": Start("R1", "200,201"),
    "standard-streams": Start("R1", "0,1"),
    "twice-the-same": Start("R1", "{0},{0}"),
    "wrong-way-round": Start("R1", "{1},{0}"),
    "a-sign": Start("R1", "+{0},{1}"),
    "huge": Start("R1", "4294967296,4294967297"),
}


def agreed_numbers():
    end = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1024)
    return end - 2, end - 1


def limit(address_space):
    if address_space is not None:
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))


class Executor:
    """remote-stub with its two pipes."""

    def __init__(self, stub, start=None, address_space=None, variables=()):
        requests, answers = os.pipe(), os.pipe()
        null = os.open(os.devnull, os.O_RDWR)
        sources = (requests[0], requests[1], answers[0], answers[1], null)
        environment = dict(os.environ, **dict(variables))
        inherited = []
        if start is None or start.variable is not None:
            text = "{0},{1}" if start is None else start.variable
            environment["REMOTE_RUN_EXECUTOR"] = text.format(requests[0],
                                                             answers[1])
            inherited += [requests[0], answers[1]]
        if start is not None and start.agreed is not None:
            for number, which in zip(agreed_numbers(), start.agreed):
                if which is not None:
                    os.dup2(sources[which], number)
                    inherited.append(number)
        self.process = subprocess.Popen(
            [stub], env=environment, pass_fds=inherited, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, preexec_fn=lambda: limit(address_space))
        for number in (requests[0], answers[1], null, *agreed_numbers()):
            try:
                os.close(number)
            except OSError as error:
                if error.errno != errno.EBADF:
                    raise
        # One that waits for more than the lie has would wait for ever.
        self.deadline = threading.Timer(TIME_LIMIT, self.process.kill)
        self.deadline.start()
        self.requests = os.fdopen(requests[1], "wb", buffering=0)
        self.answers = os.fdopen(answers[0], "rb")

    def send(self, data, hang_up):
        try:
            view = memoryview(data)
            while view:
                view = view[self.requests.write(view):]
        except BrokenPipeError:
            pass  # It has answered with Failed, and is gone.
        if hang_up:
            self.requests.close()

    def frames(self):
        """Every frame until the executor hangs up."""
        found = []
        try:
            while True:
                found.append(wire.read_frame(self.answers))
        except EOFError:
            return found

    def end(self):
        """Its status, standard output and standard error."""
        output, errors = self.process.communicate()
        self.deadline.cancel()
        return self.process.returncode, output, errors
