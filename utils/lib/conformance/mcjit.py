"""LLVM's own tests of MCJIT, llvm/test/ExecutionEngine/MCJIT, run by lit.

remote-run takes the place of lli and remote-stub that of lli-child-target; the
tests are what Debian's source package of LLVM 19 has, unmodified. Whether a test
is to pass or to fail is what it says itself (XFAIL), so the measure is not a
native program but lit's expectation. mcjit/lit.cfg.py is lit's configuration.
"""

import fcntl
import pathlib
import re
import shlex
import shutil

import comparison
import debian
import lit_tests
from suite import Suite

CONFIGURATION = pathlib.Path(__file__).resolve().with_suffix("")
TESTS = "llvm/test/ExecutionEngine"
TIME_LIMIT = 300

# What a RUN line asks of lli that MCJIT is not: the test is about that, then.
OTHER_ENGINES = (
    (re.compile(r"\s--?force-interpreter(?!=(false|0))"), "the interpreter"),
    (re.compile(r"\s--?jit-kind=(?!mcjit)\w+"), "ORC"),
)
RUN_LINE = re.compile(r"RUN:(.*)")


class McJit(Suite):
    name = "mcjit"
    package = "llvm-toolchain-19"
    # All of it takes seconds.
    sample_step = 1

    def fetch(self, workdir):
        self.workdir = workdir
        workdir.mkdir(parents=True, exist_ok=True)
        with open(workdir / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (workdir / "version").exists():
                self.unpack(workdir)

    def unpack(self, workdir):
        version = debian.fetch_source(workdir, self.package, "--download-only")
        fetched = workdir / "fetched"
        archive = debian.find_archive(fetched, "*.orig.tar.xz", self.package)
        debian.unpack(archive, [TESTS + "/MCJIT/", TESTS + "/lit.local.cfg"],
                      workdir / "source")
        shutil.rmtree(fetched)
        # Written last, for it tells that all is there.
        (workdir / "version").write_text(version + "\n")

    def package_version(self):
        return (self.workdir / "version").read_text().strip()

    def all_tests(self):
        folder = self.workdir / "source" / TESTS / "MCJIT"
        files = [file for file in folder.rglob("*.ll")
                 if "Inputs" not in file.relative_to(folder).parts]
        return {str(file.relative_to(folder)): file for file in sorted(files)}

    def excluded(self):
        """The tests that are no cases, each with what it is about."""
        about = {name: other_engine(file)
                 for name, file in self.all_tests().items()}
        return {name: engine for name, engine in about.items() if engine}

    def cases(self):
        return sorted(self.all_tests().keys() - self.excluded().keys())

    def judge(self, case, settings):
        with comparison.workplace(settings) as folder:
            # lit looks for the configuration from there, and for the test in
            # the folder that the configuration names.
            test = CONFIGURATION / "MCJIT" / case
            return lit_tests.judge(settings, test, {
                "source": self.workdir / "source" / TESTS,
                "output": folder / "output",
                "remote_run": settings.remote_run,
                "remote_stub": settings.remote_stub,
                "llvm": settings.tools,
                "options": shlex.join(["-" + settings.opt,
                                       *settings.run_options]),
            }, folder, TIME_LIMIT)


def other_engine(file):
    lines = RUN_LINE.findall(file.read_text())
    for pattern, engine in OTHER_ENGINES:
        if any(pattern.search(line) for line in lines):
            return engine
    return None
