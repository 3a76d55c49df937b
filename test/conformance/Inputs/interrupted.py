"""Interrupts a run of the toy suite, and runs it again.

  interrupted.py SCENARIO FOLDER COMMAND...

FOLDER is make_toy.py's, SCENARIO one of the functions in SCENARIOS.
"""

import atexit
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import time

# Four cases; the run is interrupted while the third is under way.
CHOSEN = ["--jobs=1", "--filter=o"]
BLOCKED = "other-output"
BEFORE = ["agrees-too", "other-errors"]
AFTER = ["other-output", "other-status"]
SUMMARY = "1 passed, 3 failed, 0 skipped"
DEADLINE = int(os.environ.get("TEST_TIME_LIMIT", 120))


def expect(condition, text):
    if not condition:
        sys.exit("interrupted.py: " + text)


class Toy:
    def __init__(self, folder, command):
        self.folder = pathlib.Path(folder)
        self.command = [*command, *CHOSEN]
        self.log = self.folder / "log"
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()

    def start(self, blocked, *options):
        self.log.unlink(missing_ok=True)
        return subprocess.Popen(
            [*self.command, *options], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env={**os.environ, "TMPDIR": str(self.temporary),
                 "TOY_LOG": str(self.log), "TOY_BLOCK": blocked})

    def calls(self):
        """The cases that remote-run was called for, and its processes."""
        if not self.log.exists():
            return []
        return [line.split() for line in self.log.read_text().splitlines()]

    def called(self):
        return [case for case, _ in self.calls()]

    def interrupt(self, number=signal.SIGINT):
        process = self.start(BLOCKED)
        # What does not end by itself has failed the test, and is not to stay.
        atexit.register(self.end, process)
        end = time.monotonic() + DEADLINE
        while BLOCKED not in self.called():
            expect(process.poll() is None, "ends early")
            expect(time.monotonic() < end, "does not come so far")
            time.sleep(0.01)
        process.send_signal(number)
        output, errors = process.communicate(timeout=DEADLINE)
        expect(process.returncode == -number, "status %d is not that of the "
               "signal; %s%s" % (process.returncode, output, errors))

    def end(self, process):
        if process.poll() is None:
            process.kill()
            for _, number in self.calls():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(number), signal.SIGKILL)

    def run(self, *options):
        """Runs to the end; returns what the run said on standard error."""
        process = self.start("", *options)
        output, errors = process.communicate(timeout=DEADLINE)
        expect(process.returncode == 1, "status %d" % process.returncode)
        expect(output.splitlines()[-1] == SUMMARY, "counted: " + output)
        failed = sorted(line.split()[1] for line in output.splitlines()
                        if line.startswith("FAILED"))
        expect(failed == ["other-errors:", "other-output:", "other-status:"],
               "told of: %s" % failed)
        return errors

    def change(self, name):
        with open(self.folder / "bin" / name, "a", encoding="utf-8") as file:
            file.write("# Another one.\n")


def leaves_nothing(toy):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        toy.interrupt(number)
        process = int(toy.calls()[-1][1])
        try:
            os.kill(process, 0)
            expect(False, "%s leaves a process" % number.name)
        except ProcessLookupError:
            pass
        expect(not os.listdir(toy.temporary), "%s leaves files" % number.name)


def goes_on(toy):
    toy.interrupt()
    expect(toy.called() == [*BEFORE, BLOCKED], "called: %s" % toy.called())
    said = toy.run()
    expect("going on after 2 of 4 cases" in said, "said: " + said)
    expect(toy.called() == AFTER, "called: %s" % toy.called())
    # What is complete is not gone on with.
    toy.run()
    expect(toy.called() == BEFORE + AFTER, "called: %s" % toy.called())


def goes_on_after_half_a_line(toy):
    toy.interrupt()
    journal, = toy.folder.glob("results/toy/results/*.journal")
    text = journal.read_text()
    expect('"other-errors"' in text.splitlines()[-1], "journal: " + text)
    journal.write_text(text[:-10])
    toy.run()
    expect(toy.called() == BEFORE[1:] + AFTER, "called: %s" % toy.called())


def starts_anew(toy):
    for name in ("remote-run", "remote-stub"):
        toy.interrupt()
        toy.change(name)
        said = toy.run()
        expect("going on" not in said, "said: " + said)
        expect(toy.called() == BEFORE + AFTER, "called: %s" % toy.called())
    toy.interrupt()
    toy.run("--fresh")
    expect(toy.called() == BEFORE + AFTER, "called: %s" % toy.called())


SCENARIOS = {function.__name__: function for function in (
    leaves_nothing, goes_on, goes_on_after_half_a_line, starts_anew)}
SCENARIOS[sys.argv[1]](Toy(sys.argv[2], sys.argv[3:]))
