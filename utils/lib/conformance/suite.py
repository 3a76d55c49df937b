"""What a test suite is to a conformance run: settings, cases and verdicts.

A suite is a module of this folder with a class that derives from Suite. The
runner asks it for its cases and has each one judged, several at a time in
threads of one process; what a suite starts, it starts through `processes`, so
that an interrupt ends it.
"""

import dataclasses
import pathlib

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


class SuiteError(Exception):
    """The suite cannot be run at all; the text is for the user."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the user chose. All paths are absolute."""

    folder: pathlib.Path  # sources, results and caches of all suites
    scratch: pathlib.Path  # this run's temporary folder
    llvm: str  # LLVM's version: "22"
    tools: pathlib.Path  # the folder of LLVM's programs
    remote_run: pathlib.Path
    remote_stub: pathlib.Path
    target: str = "x86_64-linux-gnu"
    host: str = "x86_64-linux-gnu"  # the machine that remote-run is for
    opt: str = "O2"
    run_options: tuple = ()  # given to remote-run
    fresh: bool = False  # forget what earlier runs found

    def tool(self, name):
        return str(self.tools / name)


@dataclasses.dataclass(frozen=True)
class Verdict:
    kind: str
    native: str = ""  # what the native program did, in a line
    ours: str = ""  # what remote-run did, in a line
    reason: str = ""  # why it was skipped, what differs, what is unsteady


def passed(reason=""):
    """A reason says what could not be compared."""
    return Verdict(PASSED, reason=reason)


def skipped(reason):
    """The native program does not build, or does not pass."""
    return Verdict(SKIPPED, reason=reason)


class Suite:
    """The base of all suites; fetch(), cases() and judge() are to be written."""

    name = ""
    package = ""  # Debian's package that the suite comes from
    sample_step = 10
    # Whether --opt and --run-option choose what its programs are run with.
    is_configurable = True

    def fetch(self, workdir):
        """Unpacks what is wanted into workdir/source. Idempotent."""
        raise NotImplementedError

    def cases(self):
        """The sorted names of all cases; called after fetch()."""
        raise NotImplementedError

    def package_version(self):
        """The version of the package; None for that of the installed one."""
        return None

    def fingerprint(self):
        """Changes with the cases, where they are not the package's."""
        return ""

    def sample(self):
        """The cases that utils/check runs, by a fixed rule."""
        return self.cases()[::self.sample_step]

    def prepare(self, cases):
        """Told, before the first is judged, which cases will be."""

    def judge(self, case, settings):
        """Returns the Verdict on a case. Called in several threads at once."""
        raise NotImplementedError
