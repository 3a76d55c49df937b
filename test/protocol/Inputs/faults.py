"""Makes every fault of PROTOCOL.md at every message of some sessions.

  faults.py <tools> <PROTOCOL.md> <remote-run> <remote-stub> <folder>
            [--manner=direct|forwarded|open] [--jobs=N] [--only=TEXT] [--list]
            [--results=FILE]

The folder has faults.bc, large.bc and libwhole.so of faults.c, forwarded.bc, and
windows.so. The sessions of faults_sessions.py together have every message of their manner.
faults_stub.py makes the faults; each ends as the specification says, with
nothing left behind, or is printed. The file of results is for the table of
docs/reliability.md (utils/stress --table).
"""

import dataclasses
import datetime
import functools
import json
import multiprocessing
import pathlib
import sys
import time

from faults_outcomes import FAILED_STATUS, JUDGES, TIMED_OUT_STATUS
from faults_runner import Runner, adopt_orphans
from faults_sessions import ABSENT, SESSIONS
from faults_table import Protocol

HEADER_SIZE = 16
# Seconds. The short ones are for runs that may wait for their end; where the
# fault did not come to pass within it, the run is made again. Of a guest that
# runs, nobody but --timeout sees that its executor is frozen.
SHORT_PATIENCE, SHORT_TIMEOUT, LONG_PATIENCE = 0.5, 2, 15


WHAT = {"direct": "faults at each frame of a session",
        "forwarded": "faults at each message of forwarded sessions",
        "open": "faults at each frame of an open session"}
TESTS = {"direct": "faults.test", "forwarded": "forwarded-faults.test",
         "open": "open-faults.test"}


@dataclasses.dataclass
class Frame:
    session: str
    side: str       # who sends it
    kind: int
    index: int      # among those of its kind
    message: str
    size: int       # of the payload


@dataclasses.dataclass
class Case:
    frame: Frame
    fault: str
    action: str     # of faults_stub.py, with its arguments
    outcome: str

    def __str__(self):
        return "%s of %s %d of the %s in the %s session (%s)" % (
            self.fault, self.frame.message, self.frame.index, self.frame.side,
            self.frame.session, self.action)


def changed_header(*_):
    return ["flip %d 1" % offset for offset in range(HEADER_SIZE)]


def changed_payload(_, frame):
    places = 8
    offsets = sorted({place * (frame.size - 1) // (places - 1)
                      for place in range(places)})
    masks = (0x01, 0x80, 0xff, 0x10)
    return ["flip %d %d" % (HEADER_SIZE + offset, masks[number % len(masks)])
            for number, offset in enumerate(offsets) if frame.size]


def cut_off(_, frame):
    places = {HEADER_SIZE // 2, HEADER_SIZE + frame.size // 2}
    return ["cut %d" % place for place in places
            if place < HEADER_SIZE + frame.size]


def too_large(protocol, frame):
    size = protocol.largest[frame.message] + 1
    return ["patch 8 " + size.to_bytes(8, "little").hex()]


def other_version(_, frame):
    # The first field of Hello, or the type of the frame.
    offset, size = (HEADER_SIZE, 4) if frame.message == "Hello" else (4, 2)
    return ["patch %d %s" % (offset, (255).to_bytes(size, "little").hex())]


ACTIONS = {
    "executor killed": lambda *_: ["kill executor"],
    "executor frozen": lambda *_: ["freeze executor"],
    "controller killed": lambda *_: ["kill controller"],
    "controller frozen": lambda *_: ["freeze controller"],
    "hangup": lambda *_: ["hang_up"],
    "cut off": cut_off,
    "twice": lambda *_: ["repeat"],
    "too large": too_large,
    "other version": other_version,
    "header changed": changed_header,
    "payload changed": changed_payload}


def frames_of(session, result, protocol):
    for _, side, index, kind, size in (words for words in result.log
                                       if words[0] == "frame"):
        if int(kind) not in protocol.messages:
            sys.exit("the %s sends a message %s that is not specified"
                     % (side, kind))
        message = protocol.messages[int(kind)]
        if SESSIONS[session].may_have(message, int(index)):
            yield Frame(session, side, int(kind), int(index), message,
                        int(size))


def cases_of(frames, protocol):
    for frame in frames:
        for fault in protocol.faults:
            manner = SESSIONS[frame.session].manner
            outcome = protocol.expected[manner][frame.message][fault]
            for action in ACTIONS[fault](protocol, frame):
                yield Case(frame, fault, action, outcome)


def attempts(session, outcome):
    """Patiences, and options of how long the guest may run."""
    if outcome in ("timed", "stuck") or not session.ends:
        for seconds in (SHORT_TIMEOUT, 4 * LONG_PATIENCE):
            yield SHORT_PATIENCE, ["--timeout=%g" % seconds,
                                   "--kill-after=0.2"]
        return
    if outcome in ("silent", "ended", "any", "broken", "unanswered", "told"):
        yield SHORT_PATIENCE, []
    yield LONG_PATIENCE, []


def check(runner, references, case):
    """What is wrong, or nothing."""
    frame = case.frame
    plan = "%s %d %d %s" % (frame.side, frame.kind, frame.index, case.action)
    reference = references[frame.session]
    for patience, limits in attempts(reference.session, case.outcome):
        result = runner.run(frame.session, plan, patience,
                            guest_may_hang=case.outcome == "any",
                            limits=limits)
        if result.happened():
            break
    else:
        result.problems.append("never came to pass")
    judged = JUDGES.get(case.outcome, lambda *_: "has no outcome")(
        result, case, reference)
    problems = result.problems + [judged] * bool(judged)
    if not problems:
        return ""
    return "%s: %s; expected: %s\n  status %d, output %r, errors %r" % (
        case, ", ".join(problems), case.outcome, result.status,
        result.output[-100:], result.errors)


def record(runner, protocol, manner):
    """The sessions without a fault: how they end, and their frames."""
    references, frames = {}, []
    for name, session in SESSIONS.items():
        if session.manner != manner:
            continue
        patience, limits = next(attempts(session, "same"))
        result = runner.run(name, "nobody 0 0 nothing", patience,
                            limits=limits)
        references[name] = result
        for problem in result.problems:
            sys.exit("the %s session %s" % (name, problem))
        frames += frames_of(name, result, protocol)
        told = session.status in (FAILED_STATUS, TIMED_OUT_STATUS)
        if (result.status, result.output) != (session.status, session.output) \
                or len(result.diagnostics()) != told \
                or not told and result.errors != session.errors:
            sys.exit("the %s session ended with %d, %r, %r" % (
                name, result.status, result.output[-100:], result.errors))
    return references, frames


def arguments():
    options = {"jobs": "4", "only": "", "results": "", "manner": "direct"}
    words = []
    for word in sys.argv[1:]:
        if word.startswith("--"):
            name, _, value = word[2:].partition("=")
            options[name] = value
        else:
            words.append(word)
    return words, options


def save(path, manner, cases, wrong, seconds):
    pathlib.Path(path).parent.mkdir(exist_ok=True)
    pathlib.Path(path).write_text(json.dumps({
        "what": WHAT[manner], "cases": cases,
        "wrong": wrong, "seconds": round(seconds, 1), "order": 10,
        "command": "utils/check test/protocol/%s" % TESTS[manner],
        "date": datetime.date.today().isoformat()}, indent=1) + "\n")


def checked_tables(specification, wire):
    """Of the specification; ends where they contradict anything."""
    protocol = Protocol(specification)
    problems = list(protocol.problems())
    problems += ["nobody makes the fault '%s'" % fault
                 for fault in set(protocol.faults) ^ set(ACTIONS)]
    problems += ["peer_wire.py knows a message %d" % number
                 for number in wire.FROM_EXECUTOR + wire.FROM_CONTROLLER
                 if number not in protocol.messages]
    if problems:
        sys.exit("\n".join(problems))
    return protocol


def main():
    (tools, specification, remote_run, stub, folder), options = arguments()
    sys.path.insert(0, tools)
    import peer_wire
    started = time.monotonic()
    protocol = checked_tables(specification, peer_wire)
    adopt_orphans()
    runner = Runner(remote_run, stub, folder)
    manner = options["manner"]
    references, frames = record(runner, protocol, manner)
    sent = {frame.message for frame in frames}
    problems = ["no session has " + message
                for message in protocol.messages_of(manner)
                if message not in sent
                and (manner != "forwarded" or message not in ABSENT)]
    cases = [case for case in cases_of(frames, protocol)
             if options["only"] in str(case)]
    if "list" in options:
        print(*cases, sep="\n")
        sys.exit(0)
    with multiprocessing.Pool(int(options["jobs"]), adopt_orphans) as pool:
        problems += filter(None, pool.imap_unordered(
            functools.partial(check, runner, references), cases))
    seconds = time.monotonic() - started
    if options["results"]:
        save(options["results"], manner, len(cases), len(problems), seconds)
    print(*problems, sep="\n", end="\n" * bool(problems))
    print("%d frames, %d messages, %.0f s" % (len(frames), len(sent), seconds))
    print("%d faults, %d wrong" % (len(cases), len(problems)))
    sys.exit(bool(problems) or not cases)


if __name__ == "__main__":
    main()
