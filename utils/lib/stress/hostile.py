"""Hostile guests: each ends as natively, and leaves what it leaves natively.

The programs are test/failure/Inputs/hostile/*.c, compiled by clang for this
machine and to bitcode. The status of each is known beforehand; what it writes is
compared with what the native program writes.
"""

import dataclasses
import functools
import os
import platform
import re
import threading

import ir_inputs
from confinement import MEBIBYTE, Limits
from settings import fail

WHAT = "hostile guests"
GUESTS = ir_inputs.ROOT / "test/failure/Inputs/hostile"
SOURCES = ("processes", "signals", "memory", "descriptors", "threads",
           "states")
# Ours, about the end of the guest. What it wrote itself stands before.
REPORT = re.compile(rb"^remote-run: error: program '.*", re.M | re.S)
FLOOD_MIB, FLOOD_SAMPLE_MIB = 10 * 1024, 64
MACHINE = os.environ.get("TEST_MACHINE", platform.machine())
IS_EMULATED = "TEST_MACHINE" in os.environ
# For the longest, which writes 10 GiB; emulated ones start late, and have two
# threads where others have one, which count as processes.
SECONDS, TIMEOUT, PROCESSES = (300, "20", 400) if IS_EMULATED else (60, "0.5", 200)
CLOSED, COUNTED = "closed", "counted"
# Those of a machine's processor that a guest may set (hostile/machine.h).
FLAGS = {"x86_64": ("alignment-check", "backwards", "stepping"),
         "aarch64": ("conditions", "rounding")}


@dataclasses.dataclass
class Case:
    """One guest, and how it ends.

    status    what the native one has, too; negative for a signal
    silent    nothing is said of the signal
    alone     there is no native end to compare with
    options   of remote-run; `instead` are the same limits of the native program
    limits    of both
    daemons   how many processes it leaves alive, by its own will
    output    what becomes of it: kept, COUNTED, or CLOSED after the first byte
    emulated  False where an emulator does otherwise, or cannot go on itself
    """
    source: str
    way: str
    status: int
    argument: str = ""
    alone: bool = False
    silent: bool = False
    options: tuple = ()
    instead: dict = dataclasses.field(default_factory=dict)
    limits: dict = dataclasses.field(default_factory=dict)
    daemons: int = 0
    output: str = ""
    emulated: bool = True

    def name(self):
        return " ".join(filter(None, (self.source, self.way, self.argument,
                                      self.output, *self.options)))


def processes():
    yield Case("processes", "children", 30, "150", daemons=150)
    yield Case("processes", "bomb", 32, "6")
    yield Case("processes", "bomb", 32, "12", limits={"processes": 60},
               emulated=False)
    yield Case("processes", "daemons", 33, "20", daemons=20)
    yield Case("processes", "crash-with-daemon", -11, "3", daemons=3)
    yield Case("processes", "own-group", -11)
    yield Case("processes", "own-session", -11)
    yield Case("processes", "vforked", 34)
    yield Case("processes", "forked-crashes", 35, "50")
    yield Case("processes", "traced", -11, "11", alone=True, emulated=False)
    yield Case("processes", "traced", -10, "10", alone=True, emulated=False)
    yield Case("processes", "kill-parent", 37, "15", alone=True)
    yield Case("processes", "kill-parent-and-stay", -9, "9", alone=True,
               silent=True)
    yield Case("processes", "become-another", 44, "exit 44")
    yield Case("processes", "become-another", -9, "kill -9 $$")
    yield Case("processes", "stopped", 38)
    yield Case("processes", "stopped", 38, "alone")


def signals():
    yield Case("signals", "crash-ignoring", -11)
    yield Case("signals", "crash-blocking", -11)
    yield Case("signals", "crash-for-ever", -14)
    yield Case("signals", "crash-in-handler", -11)
    yield Case("signals", "crash-in-handler", -11, "again")
    yield Case("signals", "exit-in-handler", 40)
    yield Case("signals", "exit-in-handler", 41, "crash")
    yield Case("signals", "default-in-handler", -11)
    yield Case("signals", "jump-in-handler", -11)
    yield Case("signals", "no-alternate-stack", -11)
    for number in (3, 4, 5, 6, 7, 8, 11, 31):
        yield Case("signals", "raise", -number, str(number))
    yield Case("signals", "storm", 43, "100000")


def memory():
    yield Case("memory", "eat", 50, limits={"memory": 2500 * MEBIBYTE})
    yield Case("memory", "eat", 51, "300")
    yield Case("memory", "smash-stack", -11)
    yield Case("memory", "smash-stack", -11, "100000000", emulated=False)
    yield Case("memory", "unmap-code", -11)
    yield Case("memory", "unmap-all", -11)
    yield Case("memory", "forbid-all", -11)
    yield Case("memory", "scribble-all", -11)
    yield Case("memory", "unmap-stack", -11, emulated=False)
    yield Case("memory", "overflow", -11)
    yield Case("memory", "overflow-limited", -11)
    yield Case("memory", "no-memory-at-all", -11)


def descriptors(flood):
    yield Case("descriptors", "close-all", 60)
    yield Case("descriptors", "close-all", -11, "crash")
    yield Case("descriptors", "write-all", 61)
    yield Case("descriptors", "write-all", -11, "crash")
    yield Case("descriptors", "exhaust", 62)
    yield Case("descriptors", "exhaust", -11, "crash")
    yield Case("descriptors", "flood", 63, str(flood), output=COUNTED)
    yield Case("descriptors", "flood", -13, str(flood), output=CLOSED,
               silent=True)


def threads():
    yield Case("threads", "exit-in-thread", 70)
    yield Case("threads", "crash-all-at-once", -11, "2")
    yield Case("threads", "crash-all-at-once", -11, "64")
    yield Case("threads", "without-main", 71)
    yield Case("threads", "without-main", -11, "crash")
    yield Case("threads", "crash-during-exit", -11)
    yield Case("threads", "crash-during-return", -11, "0")


def states():
    for way, *arguments in (
            ("without-thread-pointer",),
            *(("with-flags", flags) for flags in FLAGS[MACHINE]),
            ("without-registers",),
            ("circular-frames",), ("circular-frames", "far"),
            ("call-nowhere", "0"), ("call-nowhere", "0x8000000000000000"),
            ("strictly",), ("filtered",), ("filtered", "error"), ("undumpable",),
            ("bad-alternate-stack",), ("bad-alternate-stack", "own"),
            ("by-timer",), ("blocked",)):
        yield Case("states", way, -11, *arguments)
    yield Case("states", "cloned", 80)
    yield Case("states", "cloned", 80, "more")
    yield Case("states", "cloned-handlers", 81)


def limited():
    def limit(source, way, status, argument, option, daemons=0, **instead):
        return Case(source, way, status, argument, options=(option,),
                    instead=instead, daemons=daemons)

    if os.geteuid() == 0 and not IS_EMULATED:
        # A user that has remote-run and the guest, or the guest and its parent,
        # and nothing else. Other users have too much that counts.
        yield limit("processes", "children", 31, "1000", "--limit-nproc=50",
                    daemons=48, processes=50)
        yield limit("processes", "bomb", 32, "12", "--limit-nproc=50",
                    processes=50)
    yield limit("memory", "eat", 50, "", "--limit-memory=2G",
                memory=2048 * MEBIBYTE)
    yield limit("memory", "overflow", -11, "", "--limit-stack=1M",
                stack=MEBIBYTE)
    yield limit("descriptors", "flood", -25, "64", "--limit-fsize=1M",
                file=MEBIBYTE)
    yield limit("descriptors", "exhaust", 62, "", "--limit-nofile=64",
                descriptors=64)
    yield limit("signals", "spin", -24, "", "--limit-cpu=1", cpu=1)


def timed():
    def timeout(source, way, argument, *options, daemons=0):
        return Case(source, way, 124, argument, alone=True, daemons=daemons,
                    options=("--timeout=" + TIMEOUT, *options))

    yield timeout("signals", "spin", "")
    yield timeout("signals", "ignore-all", "pause", "--kill-after=0.2")
    yield timeout("signals", "ignore-all", "", "--kill-after=0.2")
    yield timeout("signals", "ignore-all", "", "--kill-after=0")
    # All in its process group go, too; who has left it stays, as natively.
    yield timeout("processes", "family", "50")
    yield timeout("processes", "family-with-daemons", "5", daemons=5)
    yield timeout("processes", "family-in-own-group", "50")
    yield timeout("processes", "stop-for-ever", "", "--kill-after=0.2")


def all_cases(sample):
    cases = [*processes(), *signals(), *memory(),
             *descriptors(FLOOD_SAMPLE_MIB if sample else FLOOD_MIB), *threads(),
             *states(), *limited(), *timed()]
    return [case for case in cases if case.emulated or not IS_EMULATED]


def build(llvm, folder):
    """Every guest as SOURCE.bc and as SOURCE, and the native one's parent."""
    folder.mkdir()
    for source in (*SOURCES, "parent"):
        path = GUESTS / (source + ".c")
        command = [llvm / "clang", "-O1", "-w", "-pthread", path]
        ir_inputs.run_compiler([*command, "-o", folder / source])
        ir_inputs.run_compiler([*command, "-c", "-emit-llvm", "-o",
                                folder / (source + ".bc")])


class Reader(threading.Thread):
    """Reads a pipe: all of it, or one byte."""

    def __init__(self, closes):
        super().__init__()
        self.end, self.writer = os.pipe()
        self.closes = closes
        self.count = 0
        self.start()

    def run(self):
        while got := len(os.read(self.end, 1 if self.closes else MEBIBYTE)):
            self.count += got
            if self.closes:
                break
        os.close(self.end)


@dataclasses.dataclass
class Seen:
    status: int
    output: bytes
    errors: bytes
    left: list
    files: list
    timed_out: bool


def observe(confinement, case, command, program_limits):
    folder = confinement.new_folder()
    reader = Reader(case.output == CLOSED) if case.output else None
    ended = confinement.run(
        command, Limits(**{"seconds": SECONDS, "processes": PROCESSES,
                           **program_limits}),
        daemons=case.daemons, stdout_to=reader and reader.writer)
    if reader:
        reader.join()
    return Seen(ended.status, b"%d bytes" % reader.count if reader else
                ended.stdout, ended.stderr, list(ended.left),
                sorted(os.listdir(folder)), ended.timed_out)


def problems(case, ours, native):
    """What is not as it must be, a text for each."""
    if ours.timed_out:
        yield "no end"
    if ours.status != case.status:
        yield "status %d, not %d" % (ours.status, case.status)
    if len(ours.left) != case.daemons:
        yield "left %d processes, not %d: %s" % (
            len(ours.left), case.daemons, ", ".join(sorted(set(ours.left))))
    if ours.files:
        yield "left files: " + ", ".join(ours.files)
    reports = len(re.findall(rb"^remote-run: ", ours.errors, re.M))
    must_tell = case.status > 123 or case.status < 0 and not case.silent
    if reports != must_tell:
        yield "%d reports" % reports
    if native is None:
        return
    if native.status != case.status:
        yield "natively status %d" % native.status
    if len(native.left) != case.daemons:
        yield "natively left %d processes" % len(native.left)
    if native.output != ours.output:
        yield "output %.200r, natively %.200r" % (ours.output, native.output)
    if native.errors != REPORT.sub(b"", ours.errors):
        yield "errors %.200r, natively %.200r" % (ours.errors, native.errors)


def run_case(settings, programs, confinement, case):
    guest = programs / case.source
    limits = {**settings.memory, **case.limits}
    words = [case.way, case.argument]
    ours = observe(confinement, case, [
        str(settings.remote_run), *case.options, "%s.bc" % guest, *words], limits)
    native = None if case.alone else observe(
        confinement, case, [str(programs / "parent"), str(guest), *words],
        {**limits, **case.instead})
    return list(problems(case, ours, native)), ours


def run(settings):
    programs = settings.scratch / "guests"
    build(settings.llvm, programs)
    cases = [case for case in all_cases(settings.sample)
             if settings.filter in case.name()]
    if not cases:
        fail("no case has '%s' in its name" % settings.filter)
    work = functools.partial(run_case, settings, programs)
    wrong = []
    for case, (found, ours) in settings.spread(work, cases):
        if found:
            settings.complain("%s: %s" % (case.name(), "; ".join(found)))
            wrong.append({"case": case.name(), "problems": found,
                          "errors": ours.errors.decode(errors="replace")[-2000:]})
    return {"what": WHAT, "cases": len(cases), "wrong": len(wrong),
            "list": wrong}


def summary(result):
    return []
