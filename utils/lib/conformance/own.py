"""This project's own tests, those that compare a program with the native one.

A test is a case if all its commands are test/tools/same.py: lit has it compile
the program for the target, and run it in both ways. The tests say themselves
with which levels and options, and for which machines they are not.
"""

import hashlib
import pathlib
import re

import comparison
import lit_tests
import targets
from suite import FAILED, Suite, Verdict, skipped

ROOT = pathlib.Path(__file__).resolve().parents[3]
TESTS = ROOT / "test"
FOLDERS = ("run", "language", "process", "frontends", "failure")
TIME_LIMIT = 1200

# What commands have that do anything else than prepare and compare.
OTHERS = re.compile("%(bare-)?remote|%clang|%linked|FileCheck|llvm-")
# What same.py says where it is no matter of remote-run, and where it is.
NO_MEASURE = re.compile(r"^# \| (cannot compile: |.* native ended with |"
                        r"no end after \d+ s: \['/usr/bin/qemu)", re.M)
DIFFERENCE = re.compile(r"^# \| .*?(-O.*)\n# \| native: (.*)\n"
                        r"# \| remote: (.*)$", re.M)


class Own(Suite):
    name = "own"
    package = "remote-run"
    is_configurable = False
    sample_step = 8

    def fetch(self, workdir):
        workdir.mkdir(parents=True, exist_ok=True)

    def package_version(self):
        project = (ROOT / "CMakeLists.txt").read_text()
        return re.search(r"project\(remote-run VERSION (\S+)", project)[1]

    def fingerprint(self):
        digest = hashlib.sha256((TESTS / "tools/same.py").read_bytes())
        for case in self.cases():
            digest.update((TESTS / case).read_bytes())
        return digest.hexdigest()

    def cases(self):
        return sorted(str(file.relative_to(TESTS)) for folder in FOLDERS
                      for file in (TESTS / folder).iterdir()
                      if file.is_file() and only_compares(file))

    def judge(self, case, settings):
        with comparison.workplace(settings) as folder:
            parameters = {"output": folder / "output"}
            if settings.target != settings.host:
                parameters["target"] = settings.target
            if settings.host != targets.HOST:
                parameters["tools"] = settings.tools
            build = settings.remote_run.parents[1]
            return lit_tests.judge(settings, build / "test" / case, parameters,
                                   folder, TIME_LIMIT, verdict_on)


def verdict_on(output):
    """The Verdict on a test that failed; None if it is not same.py's."""
    if NO_MEASURE.search(output):
        return skipped("native does not build, or does not pass: " +
                       lit_tests.complaint(output))
    if found := DIFFERENCE.search(output):
        where, native, ours = found.groups()
        return Verdict(FAILED, native, ours, where)
    return None


def only_compares(file):
    if file.suffix not in (".c", ".cpp", ".test"):
        return False
    commands = " ".join(re.findall(r"RUN:(.*)", file.read_text()))
    return "%same " in commands and not OTHERS.search(commands)
