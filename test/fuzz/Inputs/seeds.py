"""Writes the seed corpora of the fuzz targets, or checks that they are written.

  seeds.py <tools> <corpus> [--check]

Made of test/tools/peer_*.py, the second hand that writes the protocol: honest
messages and sessions, and of those that break a rule one for each rule. A seed
whose name starts with "good-" is one that the product must accept, "bad-" one
that it must refuse. A change of the protocol changes them: run this again.
"""

import pathlib
import struct
import sys

SLAB = (0x10000000, 1760 << 20)
RAW, REPAIRED = b"\0", b"\1"           # FrameStream.h: the sizes of frames
LARGEST_SEED = 4096


def messages(wire):
    """name -> type and payload, each message with every field in use."""
    page = 4096
    start = SLAB[0]
    return {
        "hello": (wire.HELLO, wire.hello(slab=SLAB)),
        "load": (wire.LOAD, wire.load(
            [b"/", b"/lib"], [(0, b"libm.so.6"), (1, b"m")])),
        "lookup": (wire.LOOKUP, wire.lookup(
            [b"printf", b"environ", b"no such"], wants_size=1,
            spare=[b"malloc", b"free", b""])),
        "lookup-reply": (wire.LOOKUP_REPLY, wire.lookup_reply(
            [start, 0, wire.answer(wire.DATA, 0, 8, 1, 12)], [0, 2],
            [b"libm.so.6"], [(b"libm.so.6", b"V")])),
        "reserve": (wire.RESERVE, wire.reserve(
            [(start, page, wire.READ), (start + page, page, wire.READ_EXECUTE),
             (start + 4 * page, 2 * page, wire.READ_WRITE)], b"prog",
            [(start + page, page, 0), (start + 5 * page, page, 4 * page)])),
        "write": (wire.WRITE, wire.write(start, b"")),
        "finalize": (wire.FINALIZE, wire.finalize([(start, 8), (start, 0)],
                                                 b"/srv/prog")),
        "interpose": (wire.INTERPOSE, wire.interpose(
            [(start, b"malloc"), (start, b"")],
            [(start, (start + 4 * page, 8))],
            [((start + 4 * page, 8), b"optarg")], [(start, b"puts")],
            [(16, 4, b"of_each_thread")])),
        "run": (wire.RUN, wire.run(
            start, [b"prog", b"", b"-x"], initializers=[(start, 16)],
            finalizers=[(start, 8)], ifuncs=[(start, start)],
            thread_locals=[((start, 8), 16)],
            library_thread_locals=[(start, start)], returns_void=1,
            ignore_sigchld=1, remaining=5, interval=6, limits=[(4, 9, 10)],
            debug_objects=[(start, 8)], wait_for_debugger=1,
            perf_file=b"/tmp/prog.bc", environment=[b"A=1", b"B="],
            directory=b"/srv", program_file=b"/srv/prog.bc",
            start_again=[b"/bin/remote-run", b"remote-run", b""])),
        "running": (wire.RUNNING, b""),
        "failed": (wire.FAILED, wire.failed(b"it could not")),
        "describe-cpu": (wire.DESCRIBE_CPU, b""),
        "cpu": (wire.CPU, wire.cpu(3, 1 << 63, b"z", b"processor\t: 0\n")),
        "start": (wire.START, wire.start(
            arguments=[b"prog", b"", b"-x"], environment=[b"A=1", b"B="],
            directory=b"/srv", streams=(1, 0, 1), error_is_output=1,
            executes=0, stack_limit=8 << 20, keeps_blocks=1,
            block_folder=b"kept")),
        "input": (wire.INPUT, b"a\0\n\xff"),
        "output-credit": (wire.OUTPUT_CREDIT, wire.credit(2, 1 << 20)),
        "close-output": (wire.CLOSE_OUTPUT, wire.u8(1)),
        "signal": (wire.SIGNAL, wire.guest_signal(15, to_group=1)),
        "end-group": (wire.END_GROUP, b""),
        "output": (wire.OUTPUT, wire.output(2, b"a\0\n\xff")),
        "input-credit": (wire.INPUT_CREDIT, wire.u64(1 << 20)),
        "input-closed": (wire.INPUT_CLOSED, b""),
        "signal-sent": (wire.SIGNAL_SENT, b""),
        "elsewhere": (wire.ELSEWHERE, wire.elsewhere(*SLAB)),
        "share": (wire.SHARE, wire.share(b"late code", 16 * page)),
        "shared": (wire.SHARED, wire.shared(7)),
        "shared-for-functions": (wire.SHARED, wire.shared(7, functions=9)),
        "place": (wire.PLACE, wire.place(4096, b"text")),
        "publish": (wire.PUBLISH, wire.publish([(8, 1), (4096, 1 << 40)])),
        "wanted": (wire.WANTED, wire.wanted([0, 7, 1 << 31])),
        "ask-kept": (wire.ASK_KEPT, wire.ask_kept(
            [(65536, bytes(range(32))), (1, b"\xff" * 32)])),
        "kept": (wire.KEPT, wire.kept([1, 0], b"there is no room")),
        "write-kept": (wire.WRITE_KEPT, wire.write_kept(
            [(0, 0, start), (1, 1, 4096)])),
        "keep": (wire.KEEP, wire.keep([(0, start, 65536), (1, 4096, 1)])),
        "stored": (wire.STORED, wire.stored(2, b"there is no room")),
        "stopped": (wire.STOPPED, wire.u32(19)),
        "ended": (wire.ENDED, wire.ended(
            1, 11, 1, 5, 6, 7, 1, wire.u32(3) + b"\x08\0\0")),
        "open": (wire.OPEN, b""),
        "opened": (wire.OPENED, wire.opened(4, 1)),
        "add-module": (wire.ADD_MODULE, wire.add_module(
            [(start, page, wire.READ_EXECUTE),
             (start + page, page, wire.READ_WRITE)], 7, b"a.ll", b"/srv/a.ll")),
        "start-module": (wire.START_MODULE, wire.start_module(
            7, [(start, 8)], [(start + page, start)], [(start + page, start)],
            [(start + page, 16)], [(start + page, 8)], start)),
        "module-started": (wire.MODULE_STARTED, wire.module_started(
            7, 3, b"a constructor crashed", b"report")),
        "remove-module": (wire.REMOVE_MODULE, wire.remove_module(7, 1)),
        "module-removed": (wire.MODULE_REMOVED, wire.module_removed(7, 1)),
        "call": (wire.CALL, wire.call(start, start + 16, 9, 1, 8, b"12345678")),
        "returned": (wire.RETURNED, wire.returned(9, 1, b"report")),
        "read-memory": (wire.READ_MEMORY, wire.range_(start, 4)),
        "memory-read": (wire.MEMORY_READ, wire.memory_read(b"abcd")),
        "write-memory": (wire.WRITE_MEMORY, wire.u64(start) + b"abcd"),
        "memory-written": (wire.MEMORY_WRITTEN, wire.u8(1))}


# All of their payload is one field, which may have any length.
ANY_LENGTH = ("input", "output", "module-started", "call", "returned",
              "memory-read", "write-memory", "place")


def for_messages(wire, _):
    for name, (kind, payload) in messages(wire).items():
        yield "good-" + name, wire.u8(kind) + payload
        if name in ANY_LENGTH:
            continue
        yield "bad-%s-with-more" % name, wire.u8(kind) + payload + b"\0"
        if payload:
            yield "bad-%s-cut-off" % name, wire.u8(kind) + payload[:-1]
    for name, kind, payload in (
            ("output-nowhere", wire.OUTPUT, b"\0text"),
            ("credit-nowhere", wire.OUTPUT_CREDIT, wire.credit(3, 1)),
            ("close-nowhere", wire.CLOSE_OUTPUT, wire.u8(0)),
            ("signal-65", wire.SIGNAL, wire.guest_signal(65)),
            ("stopped-by-0", wire.STOPPED, wire.u32(0)),
            ("ended-256", wire.ENDED, wire.ended(code=256)),
            ("shared-without-a-reason", wire.SHARED, wire.shared()),
            ("shared-with-a-reason", wire.SHARED, wire.shared(7, b"no")),
            ("nameless-variable", wire.START,
             wire.start(environment=[b"=1"]))):
        yield "bad-" + name, wire.u8(kind) + payload
    # The first of them is the next message that somebody adds.
    for kind in (max(wire.MAX_PAYLOAD) + 1, 0, 0xff):
        yield "bad-type-%d" % kind, wire.u8(kind)


def for_frames(wire, _):
    """The bit of value 2 in the first byte: they come from the executor."""
    for side, bit, kinds in (("requests", 0, wire.FROM_CONTROLLER),
                             ("answers", 2, wire.FROM_EXECUTOR)):
        frames = [wire.frame(kind, payload)
                  for kind, payload in messages(wire).values()
                  if kind in kinds]
        stream = b"".join(frames)
        raw, repaired = wire.u8(bit), wire.u8(bit | 1)
        yield "good-" + side, raw + stream
        yield "good-repaired-" + side, repaired + stream
        yield "bad-cut-off-" + side, raw + stream[:-1] + b"RRU"
        yield "bad-turned-round-" + side, wire.u8(bit ^ 2) + stream
        for kind in kinds:
            yield "bad-large-%d" % kind, raw + frames[0] + wire.header(
                kind, wire.MAX_PAYLOAD[kind] + 1)
            # A byte of a larger payload, or one behind a payload without any.
            size = wire.MAX_PAYLOAD[kind]
            yield "bad-short-%d" % kind, raw + wire.header(
                kind, size) + b"x" * (size != 1)
    yield "bad-type", RAW + wire.header(0, 0)
    yield "bad-reserved", RAW + wire.header(wire.LOAD, 0, reserved=1)


def everything(wire, session):
    return (
        wire.frame(wire.DESCRIBE_CPU)
        + wire.frame(wire.LOAD, wire.load([b"/"], [(1, b"m")]))
        + wire.frame(wire.LOOKUP, wire.lookup(
            [b"printf", b"sin", b"no such"], wants_size=1, spare=[b"malloc"]))
        + wire.frame(wire.LOAD, wire.load([b"/"], [(0, b"libm.so.6")], now=0))
        + wire.frame(wire.LOOKUP, wire.lookup(
            [b"printf", b"sin@GLIBC_2.29", b"_Znwm"], wants_size=1,
            spare=[b"malloc"], now=0))
        + wire.frame(wire.SHARE, wire.share(functions=9))
        + wire.frame(wire.PLACE, wire.place(4096, b"text"))
        + session.until("finalize")
        + wire.frame(wire.WRITE, wire.write(session.constants, b"\1" * 64))
        + wire.frame(wire.WRITE, wire.write(session.data + 8, b"\2" * 8))
        + wire.frame(wire.FINALIZE, wire.finalize([(session.constants, 64)]))
        + wire.frame(wire.INTERPOSE, wire.interpose(
            [(session.code, b"sin")], [(session.data, (session.data, 8))]))
        + wire.frame(wire.RUN, wire.run(
            session.code, [b"prog"], ifuncs=[(session.data, session.code)],
            thread_locals=[((session.constants, 8), 8)],
            initializers=[(session.data, 16)],
            finalizers=[(session.data + 16, 8)],
            debug_objects=[(session.constants, 64)])))


def for_requests(wire, peers):
    session = peers.Session(wire.hello(slab=SLAB))
    yield "good-session", REPAIRED + session.until("over")
    yield "good-everything", REPAIRED + everything(wire, session)
    yield "good-raw-everything", RAW + everything(wire, session)
    yield "bad-nothing", RAW
    told = set()
    for name, lie in peers.LIES.items():
        if lie.says is None or set(lie.rules.split()) <= told:
            continue
        stream = lie.frames(session)
        if len(stream) < LARGEST_SEED:
            told |= set(lie.rules.split())
            yield "bad-" + name, RAW + stream


def for_answers(wire, _):
    """The first byte: names to look up, and spare ones in the upper half; with 8
    memory is shared, with 128 the program is an image."""
    hello = wire.frame(wire.HELLO, wire.hello(slab=SLAB))
    running = wire.frame(wire.RUNNING)

    def reply(*arguments):
        return wire.frame(wire.LOOKUP_REPLY, wire.lookup_reply(*arguments))

    def failed(reason):
        return wire.frame(wire.FAILED, wire.failed(reason))

    three_and_two = b"\x23"
    honest = hello + reply([SLAB[0], 0, 4096], [0, 1]) + running
    yield "good-session", three_and_two + REPAIRED + honest
    yield "good-raw-session", three_and_two + RAW + honest
    cpu = wire.frame(wire.CPU, wire.cpu(3, 0, b"", b"model name\t: x\n"))
    yield "good-with-processor", b"\x04" + REPAIRED + (
        hello + cpu + reply([SLAB[0], 0, 4096, 0]) + running)
    none = wire.frame(wire.SHARED, wire.shared(reason=b"no memory\n\x1b[31m"))
    file = wire.frame(wire.SHARED, wire.shared(7, functions=1))
    elsewhere = wire.frame(wire.ELSEWHERE, wire.elsewhere(*SLAB))
    for name, answer in (("nothing", none), ("what-is-not-there", file)):
        yield "good-shares-" + name, b"\x0b" + RAW + (
            hello + answer + reply([SLAB[0], 0, 4096]) + running)
    for name, answer in (("unasked", b""), ("twice", none + file), (
            "without-a-reason", wire.frame(wire.SHARED, wire.shared()))):
        yield "bad-shares-" + name, b"\x0b" + RAW + (
            hello + answer + reply([SLAB[0], 0, 4096]) + running)
    yield "good-elsewhere", b"\x83" + RAW + (
        hello + reply([SLAB[0], 0, 4096]) + elsewhere)
    yield "bad-elsewhere-of-no-image", b"\x03" + RAW + (
        hello + reply([SLAB[0], 0, 4096]) + elsewhere)
    # An odd number of spare names: nothing is to be loaded.
    yield "good-not-loaded", b"\x13" + REPAIRED + hello + reply(
        [wire.answer(wire.FUNCTION, 0, 0, 1), 0, 4096], [0], [b"libm.so.6"],
        [(b"libm.so.6", b"V")]) + running
    yield "good-nothing-to-find", b"\0" + REPAIRED + hello + reply([]) + running
    yield "good-silent-end", three_and_two + REPAIRED + honest + failed(b"late")
    for name, stream in (
            ("nothing", b""), ("hello-alone", hello),
            ("failed-at-once", failed(b"no room\n\x1b[31m\x9b\x7f")),
            ("failed-later", hello + failed(b"no such library")),
            ("failed-last", hello + reply([1, 2, 3]) + failed(b"no")),
            ("failed-without-a-reason", failed(b"")),
            ("running-first", running), ("hello-twice", hello + hello),
            ("too-few", hello + reply([1, 2])),
            ("too-many", hello + reply([1, 2, 3, 4])),
            ("no-such-index", hello + reply([1, 2, 3], [2])),
            ("descending", hello + reply([1, 2, 3], [1, 0])),
            ("not-loaded", hello + reply([1, 2, wire.answer(wire.DATA)])),
            ("needed", hello + reply([1, 2], [], [b"l"])),
            ("long-hello", wire.header(wire.HELLO, 4096) + b"x" * 4096),
            ("version", wire.frame(wire.HELLO, wire.hello(
                version=wire.VERSION + 1, slab=SLAB))),
            ("triple", wire.frame(wire.HELLO, wire.hello(triple=b""))),
            ("slab", wire.frame(wire.HELLO, wire.hello(slab=(1, 1))))):
        yield "bad-" + name, three_and_two + RAW + stream


def for_forwarded_requests(wire, _):
    """While the guest runs; it has ended when all of it has been read."""
    import peer_forwarding
    honest = (
        wire.frame(wire.INPUT, b"text") + wire.frame(
            wire.OUTPUT_CREDIT, wire.credit(2, 0))
        + wire.frame(wire.END_GROUP)
        + wire.frame(wire.SIGNAL, wire.guest_signal(15))
        + wire.frame(wire.SIGNAL, wire.guest_signal(18, to_group=1))
        + wire.frame(wire.CLOSE_OUTPUT, wire.u8(1)) + wire.frame(wire.INPUT))
    yield "good-late-functions", RAW + wire.frame(
        wire.PLACE, wire.place(4096, b"text")) + wire.frame(
            wire.PUBLISH, wire.publish([(256, 1), (8192, 2)])) + honest
    yield "good-session", REPAIRED + honest
    yield "good-raw-session", RAW + honest
    yield "good-input-behind-its-end", RAW + honest + wire.frame(
        wire.INPUT, b"more")
    yield "good-waits-for-more", RAW + honest + wire.frame(
        wire.INPUT, b"more")[:-1]
    for name, lie in peer_forwarding.LIES.items():
        # Here there is a shared file.
        if name.startswith("running-") and not lie.hangs_up \
                and not name.endswith("-without-share") \
                and len(lie.more) < LARGEST_SEED:
            yield "bad-" + name.removeprefix("running-"), RAW + lie.more


def for_forwarded_answers(wire, _):
    """While the guest runs; then the supervisor hangs up."""
    def said(*frames):
        return b"".join(wire.frame(*frame) for frame in frames)

    output = (wire.OUTPUT, wire.output(1, b"text\n"))
    errors = (wire.OUTPUT, wire.output(2, b"trouble\n"))
    ended = (wire.ENDED, wire.ended(code=3, user=1, system=2, peak=3))
    died = (wire.ENDED, wire.ended(1, 11, 1, crash_memory=b"\1\0\0\0\x08"))
    honest = said(output, errors, (wire.INPUT_CLOSED,),
                  (wire.STOPPED, wire.u32(19)),
                  (wire.INPUT_CREDIT, wire.u64(0)), output, ended)
    yield "good-session", REPAIRED + honest
    yield "good-raw-session", RAW + honest
    yield "good-death", RAW + said(output, died)
    wanted = (wire.WANTED, wire.wanted([3, 0]))
    callers = (wire.ENDED, wire.ended(code=3, leaves_callers=1))
    yield "good-late-functions", RAW + said(wanted, output, ended)
    yield "good-callers", RAW + said(wanted, callers,
                                     (wire.WANTED, wire.wanted([1])))
    yield "good-more-behind-the-end", RAW + said(ended, output, died)
    for name, data in (
            ("nothing", b""), ("no-end", said(output)),
            ("cut-off", honest[:-1]),
            ("no-frame", b"Connection to host closed.\r\n"),
            ("hello", said((wire.HELLO, wire.hello()), ended)),
            ("running", said((wire.RUNNING,), ended)),
            ("failed", said((wire.FAILED, wire.failed(b"no")), ended)),
            ("request", said((wire.INPUT, b"text"), ended)),
            ("to-input", said((wire.OUTPUT, b"\0text"), ended)),
            ("no-stream", said((wire.OUTPUT,), ended)),
            ("credit", said((wire.INPUT_CREDIT, wire.u64(1)), ended)),
            ("stopped-by-0", said((wire.STOPPED, wire.u32(0)), ended)),
            ("large-reply", wire.header(wire.LOOKUP_REPLY, wire.MIB)),
            ("status", said((wire.ENDED, wire.ended(code=256)))),
            ("signal", said((wire.ENDED, wire.ended(1, 65)))),
            ("wanted-twice", said(wanted, wanted, ended)),
            ("wanted-too-high", said((wire.WANTED, wire.wanted([64])), ended)),
            ("flag", said((wire.ENDED, wire.ended(2, 1))))):
        yield "bad-" + name, RAW + data


def for_open_answers(wire, _):
    """The first byte: a lookup with 1, a module with 2, memory with 4, a call
    with 8."""
    opening = (wire.frame(wire.HELLO, wire.hello(slab=SLAB))
               + wire.frame(wire.OPENED, wire.opened()))
    answers = {
        1: wire.frame(wire.LOOKUP_REPLY, wire.lookup_reply([SLAB[0], 0])),
        2: wire.frame(wire.MODULE_STARTED, wire.module_started(7))
           + wire.frame(wire.MODULE_REMOVED, wire.module_removed(7)),
        4: wire.frame(wire.MEMORY_READ, wire.memory_read(b"abcde"))
           + wire.frame(wire.MEMORY_WRITTEN, wire.u8(1)),
        8: wire.frame(wire.RETURNED, wire.returned(1, result=b"12345678"))}
    yield "good-opened", b"\0" + REPAIRED + opening
    for bit, answer in answers.items():
        yield "good-%d" % bit, wire.u8(bit) + REPAIRED + opening + answer
    everything = opening + b"".join(answers.values())
    yield "good-everything", b"\x0f" + REPAIRED + everything
    yield "good-raw-everything", b"\x0f" + RAW + everything
    # An answer to a call may come before others.
    yield "good-early", b"\x08" + RAW + opening + answers[8]
    yield "good-nothing-readable", b"\x04" + RAW + opening + wire.frame(
        wire.MEMORY_READ, wire.memory_read(b"", 0)) + wire.frame(
            wire.MEMORY_WRITTEN, wire.u8(0))
    for name, stream in (
            ("nothing", b""), ("hello-alone", opening[:-1]),
            ("failed", opening + wire.frame(wire.FAILED, wire.failed(
                b"no room\n\x1b[31m"))),
            ("another-order", opening + answers[2] + answers[1]),
            ("another-call", opening + answers[1] + answers[2] + answers[4]
             + wire.frame(wire.RETURNED, wire.returned(2))),
            ("busy", opening + answers[1] + wire.frame(
                wire.MODULE_STARTED, wire.module_started(7)) + wire.frame(
                    wire.MODULE_REMOVED, wire.module_removed(7, 1))),
            ("less-memory", opening + answers[1] + answers[2] + wire.frame(
                wire.MEMORY_READ, wire.memory_read(b"abc")))):
        yield "bad-" + name, b"\x0f" + RAW + stream


def for_open_requests(wire, peers):
    """Behind Open, and what the executor has said to that."""
    session = peers.Session(wire.hello(slab=SLAB))
    opening = wire.frame(wire.OPEN)

    def behind_open(lie):
        stream = lie.frames(session)
        return stream[len(opening):] if stream.startswith(opening) else None

    honest = behind_open(peers.LIES["open-and-hang-up"])
    place, page = session.slab, session.page
    everything = (
        wire.frame(wire.ADD_MODULE, wire.add_module(
            [(place, page, wire.READ_EXECUTE),
             (place + 2 * page, page, wire.READ_WRITE)]))
        + wire.frame(wire.WRITE, wire.write(place, session.return_code))
        + wire.frame(wire.WRITE, wire.write(place + 2 * page, b"\2" * 64))
        + wire.frame(wire.START_MODULE, wire.start_module(
            1, [(place, 8)], [(place + 2 * page, place)],
            [(place + 2 * page + 16, place)], [(place + 2 * page + 32, 16)],
            [(place + 2 * page + 48, 8)], place))
        + wire.frame(wire.ADD_MODULE, wire.add_module(
            [(place + 3 * page, page, wire.READ)], 2, b"a.ll", b"/srv/a.ll"))
        + wire.frame(wire.WRITE, wire.write(place + 3 * page, b"\x7fELF"))
        + wire.frame(wire.START_MODULE, wire.start_module(2))
        + wire.frame(wire.WRITE_MEMORY, wire.u64(place + 2 * page) + bytes(8))
        + wire.frame(wire.CALL, wire.call(place, place, 9, 1, 8, b"12345678"))
        + wire.frame(wire.REMOVE_MODULE, wire.remove_module(1, 1)))
    yield "good-session", REPAIRED + honest
    yield "good-everything", REPAIRED + everything
    yield "good-raw-everything", RAW + everything
    yield "good-nothing", RAW
    for name, lie in peers.LIES.items():
        stream = None if lie.says is None else behind_open(lie)
        if stream is not None and len(stream) < LARGEST_SEED:
            yield "bad-" + name, RAW + stream


def for_slab_layout(*_):
    """SlabLayoutFuzzer.cpp: log2 of the page, the slab, and the sections."""
    def problem(page_log, slab, *sections):
        return struct.pack("<BQQ", page_log - 9, *slab) + b"".join(
            struct.pack("<BBQ", kind | 0x80, align_log, size) if size > 65535
            else struct.pack("<BBH", kind, align_log, size)
            for kind, align_log, size in sections)

    each_kind = [(kind, 4, 100) for kind in range(4)]
    top = ((1 << 64) - (8 << 12), 7 << 12)
    yield "good-nothing", problem(12, SLAB)
    yield "good-each-kind", problem(12, SLAB, *each_kind)
    yield "good-backwards", problem(12, SLAB, *reversed(each_kind))
    yield "good-empty-sections", problem(12, SLAB, (1, 4, 0), (3, 0, 0))
    yield "good-large-zeroes", problem(12, SLAB, (1, 4, 9), (3, 12, 1 << 30))
    yield "good-large-pages", problem(24, SLAB, *each_kind)
    yield "good-beyond-a-page", problem(12, SLAB, (1, 18, 1), (3, 20, 1))
    yield "good-to-the-last-byte", problem(12, top, (3, 0, 7 << 12))
    yield "bad-one-byte-more", problem(12, top, (3, 0, (7 << 12) + 1))
    yield "bad-huge", problem(12, SLAB, (1, 4, 9), (3, 0, (1 << 64) - 1))
    yield "bad-alignment", problem(12, SLAB, (1, 63, 1))


def for_crash_reports(wire, _):
    """The first byte as for frames: whether the size is made to fit."""
    def record(kind, *fields):
        data = b"".join(fields)
        return wire.u8(kind) + struct.pack("<H", len(data)) + data

    def report(*records):
        data = b"".join(records)
        return wire.u32(len(data)) + data

    death = record(1, wire.u32(11), wire.u32(1), wire.u64(0), wire.u8(1),
                   wire.u32(0), wire.u32(7), wire.u32(8), wire.u8(1),
                   wire.u64(1 << 40), wire.u64(1 << 39))
    registers = record(2, *(wire.u64(value) for value in range(18)))
    instruction = record(3, b"\xc3\x8b\x00\xc3")
    module = record(4, wire.u64(1 << 44), wire.string(b"/lib/libc.so.6"),
                    wire.string(bytes(range(20))))
    exact = record(5, wire.u64(SLAB[0]), wire.u8(1), wire.u32(0))
    caller = record(5, wire.u64((1 << 44) + 9), wire.u8(0), wire.u32(1))
    thrown = record(6, wire.u8(1), wire.string(b"St13runtime_error"),
                    wire.string(b"what it was"))
    message = record(9, wire.string(b"free(): invalid pointer\n"))
    more, complete = record(7), record(8)
    everything = (death, registers, instruction, exact, module, caller, thrown,
                  message, more, complete)
    yield "good-nothing", RAW
    yield "good-death", RAW + report(death)
    yield "good-everything", RAW + report(*everything)
    yield "good-repaired", REPAIRED + report(*everything)
    for name, content in (
            ("no-death", report(exact, complete)),
            ("two-deaths", report(death, death)),
            ("no-module", report(death, caller)),
            ("no-kind", report(death, record(10))),
            ("too-much", report(death, record(8, b"x"))),
            ("cut-off", wire.u32(len(death) - 1) + death),
            ("too-large", wire.u32(65533) + death),
            ("long-path", report(death, record(
                4, wire.u64(0), wire.string(b"x" * 4097)))),
            ("long-message", report(death, record(
                9, wire.string(b"x" * 4097))))):
        yield "bad-" + name, RAW + content


TARGETS = {"frames": for_frames, "messages": for_messages,
           "requests": for_requests, "answers": for_answers,
           "forwarded-requests": for_forwarded_requests,
           "forwarded-answers": for_forwarded_answers,
           "open-answers": for_open_answers,
           "open-requests": for_open_requests,
           "slab-layout": for_slab_layout,
           "crash-reports": for_crash_reports}


def main():
    tools, corpus, *options = sys.argv[1:]
    sys.path.insert(0, tools)
    import peer_controller
    import peer_wire
    problems = 0
    for target, make in TARGETS.items():
        folder = pathlib.Path(corpus, target)
        wanted = dict(make(peer_wire, peer_controller))
        there = {file.name: file for file in folder.glob("*")
                 if file.name.startswith(("good-", "bad-"))}
        if "--check" in options:
            wrong = [name for name in wanted.keys() | there.keys()
                     if name not in wanted or name not in there
                     or there[name].read_bytes() != wanted[name]]
            for name in sorted(wrong):
                print("%s/%s is not what seeds.py makes" % (target, name))
            problems += len(wrong)
            continue
        folder.mkdir(parents=True, exist_ok=True)
        for name in there.keys() - wanted.keys():
            there[name].unlink()
        for name, content in wanted.items():
            (folder / name).write_bytes(content)
    sys.exit(problems != 0)


if __name__ == "__main__":
    main()
