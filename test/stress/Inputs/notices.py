"""notices.py UTILS-LIB-STRESS SCRATCH: see notices.test.

In the place of remote-run is a shell script that does one thing wrong.
"""

import os
import pathlib
import sys

sys.path.insert(0, sys.argv[1])

import bad_ir
import hostile
import load
from confinement import Confinement, Limits

RUNS = 'echo "remote-run: trace: > Run entry" >&2; '
SAYS = 'echo "remote-run: error: \'mutant.bc\': bad" >&2; '
MUTANTS = {
    SAYS + "exit 125": (False, "refused"),
    SAYS + SAYS + "exit 125": (True, "2 diagnostics"),
    "exit 125": (True, "no diagnostic"),
    "exit 0": (True, "status 0, not 125"),
    SAYS + "exit 1": (True, "status 1, not 125"),
    "echo raw >&2; " + SAYS + "exit 125":
        (True, "text before the diagnostic"),
    SAYS + "echo out; exit 125": (True, "output without a run"),
    SAYS + "kill -11 $$": (True, "remote-run died of signal 11"),
    SAYS + "sleep 1000 & exit 125": (True, "left a process"),
    "printf 'remote-run: error: mutant.bc' >&2; exit 125":
        (True, "the diagnostic has no end"),
    "echo 'remote-run: error: bad' >&2; exit 125":
        (True, "the input is not named"),
    "echo 'remote-run: error: protocol error: mutant.bc' >&2; exit 125":
        (True, "wrong blame"),
    "while :; do :; done": (True, "no end before it ran"),
    RUNS + "while :; do :; done": (False, "ran on"),
    RUNS + "exit 3": (False, "ran and ended"),
    RUNS + "echo 'remote-run: error: lost' >&2; exit 125":
        (True, "failed after the start"),
    RUNS + "echo \"remote-run: error: program 'p' was killed by signal 11 "
           "(SIGSEGV)\" >&2; kill -11 $$": (False, "ran and died"),
    RUNS + "echo \"remote-run: error: program 'p' was killed by signal 11 "
           "(SIGSEGV)\" >&2; exit 1": (True, "failed after the start"),
}


def check_mutants(confinement):
    limits = Limits(seconds=4, memory=None)
    for script, expected in MUTANTS.items():
        confinement.new_folder()
        verdict = bad_ir.judge(confinement.run(
            ["sh", "-c", script], limits, is_over=bad_ir.has_started),
            "mutant.bc")
        assert (verdict.wrong, verdict.what) == expected, (script, verdict)


def check_guest(confinement, script, status, daemons, expected):
    case = hostile.Case("threads", "way", status, alone=True, daemons=daemons)
    seen = hostile.observe(confinement, case, ["sh", "-c", script],
                           {"memory": None})
    found = list(hostile.problems(case, seen, None))
    assert len(found) == len(expected), (script, found)
    for problem, text in zip(found, expected):
        assert text in problem, (script, found)


def check_guests(confinement):
    check_guest(confinement, "exit 3", 3, 0, [])
    check_guest(confinement, "exit 3", 4, 0, ["status 3, not 4"])
    check_guest(confinement, "sleep 1000 & exit 3", 3, 1, [])
    check_guest(confinement, "sleep 1000 & exit 3", 3, 0, ["left 1 processes"])
    check_guest(confinement, "touch left; exit 3", 3, 0, ["left files: left"])
    check_guest(confinement, "kill -11 $$", -11, 0, ["0 reports"])


def check_load(confinement):
    kind = load.Kind("crashes", "p", (), -11, "%d\n", "signal 11")
    limits = Limits(memory=None)
    right = "echo 5; echo remote-run: error: signal 11 >&2; kill -11 $$"
    for script, expected in ((right, []),
                             (right.replace("kill -11 $$", "exit 0"), ["status 0"]),
                             (right.replace("signal 11", "signal 9"), ["said"]),
                             (right.replace("echo 5", "echo 6"), ["output"]),
                             ("touch left; " + right, ["left files: left"])):
        folder = confinement.new_folder()
        ended = confinement.run(["sh", "-c", script], limits)
        found = list(load.problems(kind, 5, ended, os.listdir(folder)))
        assert len(found) == len(expected), (script, found)
        for problem, text in zip(found, expected):
            assert problem.startswith(text), (script, found)
    assert list(load.leaks({"files": 10}, {"files": 9000}, 9000))
    assert not list(load.leaks({"files": 10}, {"files": 20}, 9000))


def main():
    confinement = Confinement(pathlib.Path(sys.argv[2]), os.getpid(), 0,
                              one_user=True)
    check_mutants(confinement)
    check_guests(confinement)
    check_load(confinement)


if __name__ == "__main__":
    main()
