"""The sessions that faults are made in: together they have every message."""

import dataclasses
import os
import pathlib
import platform

# faults.c has it from arithmetic.
ANSWER, STATUS = b"whole is 42\n", 3
# And windows.c from what its controller has written.
WINDOWS = b"""at first 0 0
control: rw-s
constants: r--p
code: r-xp
the parent has 0 files in memory
and then 1 b
the child has 0 files in memory
the child gets 1 2, b c
the parent gets 1 2, b c
"""
# forwarded.c reads this much and writes as much, each more than the far end
# takes or gives without credit for it; and leaves the rest of its input.
PART, PARTS = 1 << 16, 20
TAKEN = PART * PARTS
LEFT = 4 * PART


@dataclasses.dataclass
class Session:
    manner: str
    program: str
    arguments: list
    status: int
    output: bytes = b""
    errors: bytes = b""         # of the guest
    input: bytes = b""
    has_reader: bool = True     # of standard output
    ends: bool = True           # by itself, and not by --timeout
    controller: str = ""        # beside remote-run, in its place
    # Only these are to have faults: name -> which of them, from 0.
    places: dict = None

    def may_have(self, message, index):
        return self.places is None or index in self.places.get(message, ())


# Through a launcher the executor may be anywhere, and has to say what it is.
ASKING = ["--launcher=env", "-mcpu=native"]
# What is loaded before all else takes the place that an image should have. Where
# programs are emulated, others before the executor are of another machine.
MOVED = ["--launcher=env %s=%%(folder)s/libtaking.so" % (
    "QEMU_SET_ENV=LD_PRELOAD" if "TEST_MACHINE" in os.environ else
    "LD_PRELOAD")]
# In a stream, one of its first messages and one from the middle of it.
EVERYWHERE = {message: (0,) for message in (
    "Hello", "Load", "Lookup", "LookupReply", "Reserve", "Write", "Finalize",
    "Interpose", "Run", "Running", "DescribeCpu", "Cpu", "Start",
    "OutputCredit", "Signal", "InputCredit", "InputClosed", "Stopped",
    "SignalSent", "Ended")} | {"Input": (0, 3), "Output": (0, 3)}

SESSIONS = {
    "running": Session("direct", "faults", ["-lwhole"], STATUS, ANSWER),
    "asking": Session("direct", "faults", ["-lwhole", *ASKING], STATUS, ANSWER,
                      places={"DescribeCpu": (0,), "Cpu": (0,)}),
    "elsewhere": Session("direct", "faults", ["-lwhole", *MOVED], STATUS,
                         ANSWER, places={"Elsewhere": (0, 1)}),
    "growing": Session("direct", "large", ["-lwhole"], STATUS, ANSWER,
                       places={"Restart": (0,)}),
    # Of a controller for tests, which writes to the file while the guest looks.
    "sharing": Session("direct", "windows.so", [], STATUS, WINDOWS,
                       controller="sharing",
                       places={"Share": (0,), "Shared": (0,)}),
    "modules": Session("open", "none", [], STATUS, ANSWER,
                       controller="modules"),
    "dying": Session("open", "none", ["--die"], STATUS, b"died of 4\n",
                     controller="modules", places={"Dying": (0,)}),
    "failing": Session("direct", "faults", ["-lnone"], 125,
                       places={"Failed": (0,)}),
    "forwarded": Session(
        "forwarded", "forwarded", ["-lwhole", *ASKING], STATUS,
        b"x" * TAKEN + ANSWER, input=b"y" * (TAKEN + LEFT),
        places=EVERYWHERE),
    # The end of its input, and of who reads its output.
    "unread": Session(
        "forwarded", "forwarded", ["-lwhole"], STATUS, errors=ANSWER,
        input=b"text", has_reader=False,
        places={"Input": (1,), "CloseOutput": (0,)}),
    "endless": Session("forwarded", "forwarded", ["-lwhole"], 124, ends=False,
                       places={"EndGroup": (0,)}),
    "forwarded late": Session(
        "forwarded", "late", ["--lazy=on"], STATUS, ANSWER,
        places={"Share": (0,), "Shared": (0,), "Place": (0,), "Publish": (0,),
                "Wanted": (0,)}),
    "forwarded elsewhere": Session(
        "forwarded", "faults", ["-lwhole", *MOVED], STATUS, ANSWER,
        places={"Elsewhere": (0, 1)}),
    # In a folder of each run's own, and in one where all is that can be.
    "forwarded keeping": Session(
        "forwarded", "kept", ["-lwhole", "--remote-cache"], STATUS, ANSWER,
        places={"AskKept": (0,), "Kept": (0,), "Keep": (0,), "Stored": (0,)}),
    "forwarded kept": Session(
        "forwarded", "kept", ["-lwhole", "--remote-cache=%(folder)s/far"],
        STATUS, ANSWER, places={"WriteKept": (0,)}),
    "forwarded growing": Session(
        "forwarded", "large", ["-lwhole"], STATUS, ANSWER,
        places={"Restart": (0,)}),
    "forwarded failing": Session(
        "forwarded", "faults", ["-lnone"], 125, places={"Failed": (0,)})}
# Only on this machine programs have functions that come late, and elsewhere no session
# has these messages.
ABSENT = ()
if os.environ.get("TEST_MACHINE", platform.machine()) != "x86_64":
    del SESSIONS["forwarded late"]
    ABSENT = ("Share", "Shared", "Place", "Publish", "Wanted")
GUEST_ARGUMENT = {"forwarded": "streams", "unread": "unread",
                  "endless": "endless"}


def command(name, folder):
    """The options, the program and its arguments."""
    session = SESSIONS[name]
    manner = "forward" if session.manner == "forwarded" else "inherit"
    program = os.path.join(folder, session.program)
    if not session.controller:
        program += ".bc"
    arguments = [argument % {"folder": folder}
                 for argument in session.arguments]
    return ["--stdio=" + manner, "-L", str(folder), *arguments,
            program, GUEST_ARGUMENT.get(name, "whole"), "whole"]


class Streams:
    """Standard streams of one run, in files of a folder."""

    def __init__(self, session, folder):
        self.session, self.folder = session, pathlib.Path(folder)
        (self.folder / "in").write_bytes(session.input)
        self.input = open(self.folder / "in", "rb")
        self.errors = open(self.folder / "err", "wb")
        if session.has_reader:
            self.output = open(self.folder / "out", "wb")
            return
        reader, writer = os.pipe()
        os.close(reader)
        self.output = open(writer, "wb")
        (self.folder / "out").touch()

    def __enter__(self):
        return {"stdin": self.input, "stdout": self.output,
                "stderr": self.errors}

    def __exit__(self, *_):
        for file in (self.input, self.output, self.errors):
            file.close()
