"""libstdc++'s testsuite: its executable tests, as its own harness runs them.

Chosen are all tests that the harness (libstdc++-dg/conformance.exp) would
compile and run here, by their directives. Where a directive expects the program
to fail (an assertion, mostly), the native program's end is the measure, too.
The headers and the library are the distribution's, and the tests those of the
same release of GCC.

What costs is the C++ front end, so each test goes through it once: the bitcode
is what remote-run gets, and the native program is made from it, too, without
another optimization. The bitcode stays for later runs, and so does what the
native program did.
"""

import dataclasses
import fcntl
import hashlib
import os
import pathlib
import re
import threading

import comparison
import debian
import named_locales
import native_cache
import processes
from directives import Directives
from suite import Suite, skipped
from test_support import Support

PACKAGE = "gcc-12-source"
ARCHIVE_FOLDER = "/usr/src/gcc-12"
# Of the newest version, as clang chooses it.
GCC_LIBRARIES = max(pathlib.Path("/usr/lib/gcc/x86_64-linux-gnu").glob("*[0-9]"),
                    key=lambda folder: int(folder.name),
                    default=pathlib.Path("/nonexistent"))
# Where the harness looks for tests, besides the folders that begin with digits.
FOLDERS = {"std", "abi", "backward", "ext", "tr1", "tr2", "decimal",
           "experimental", "special_functions"}
# The harness leaves these out: tests that ask someone at a terminal, that only
# measure, and those of SIMD, which it runs with other flags.
LEFT_OUT = ("_xin", "performance", "/experimental/simd/")
# testsuite_flags --cxxflags, and what libstdc++_init appends. Its -g would cost
# time and change no program.
HARNESS_FLAGS = ["-fmessage-length=0", '-DLOCALEDIR="."']
TIME_LIMIT = 60
# For the JIT's own work.
MARGIN = 30
# Their passes and checks are GCC's; without them the tests are C++ as well.
GCC_FLAGS = {"-fno-allocation-dce", "-fno-lifetime-dse",
             "-fvtable-verify=none"}
LINK_FLAG = re.compile(r"-l.*|-L.*|-static.*|-rdynamic|.*\.so")
INCLUDE = re.compile(r'^ *# *include +"(.*)"', re.MULTILINE)
# What remote-run adds to the standard error of a program that a signal ends.
DEATH = re.compile(rb"remote-run: error: program '.*' was killed by signal "
                   rb"(\d+) .*\n(?:  .*\n)*\Z")


def split_flags(flags):
    """The compiler's flags of a test, and the linker's."""
    link = [flag for flag in flags if LINK_FLAG.fullmatch(flag)]
    return [flag for flag in flags
            if flag not in link and flag not in GCC_FLAGS], link


class Libstdcxx(Suite):
    name = "libstdcxx"
    package = PACKAGE
    sample_step = 50

    def __init__(self):
        self.lock = threading.Lock()
        self.support = None

    def fetch(self, workdir):
        self.workdir = workdir
        self.source = workdir / "source/libstdc++-v3"
        self.tests = self.source / "testsuite"
        # The headers that the tests include belong to what they are.
        self.version = " ".join(map(debian.package_version,
                                    (PACKAGE, "libstdc++-12-dev")))
        debian.unpack(
            debian.find_archive(ARCHIVE_FOLDER, "gcc-*.tar.xz", PACKAGE),
            ["libstdc++-v3/testsuite/", "libstdc++-v3/po/"],
            workdir / "source")
        self.chosen = dict(self.choose())

    def choose(self):
        """The tests to run, with their directives."""
        for path in self.tests.glob("*/**/*.cc"):
            name = str(path.relative_to(self.tests))
            top = name.split("/")[0]
            if not (top in FOLDERS or top[:2].isdigit()) or any(
                    part in "/" + name for part in LEFT_OUT):
                continue
            directives = Directives(self.text(name))
            if directives.runs and not directives.unsupported:
                yield name, directives

    def text(self, case):
        # Some are not in UTF-8, on purpose.
        return (self.tests / case).read_text(encoding="latin-1")

    def whole_text(self, case):
        """With the files of the suite that it includes: another test, often."""
        text = self.text(case)
        for name in INCLUDE.findall(text):
            inner = os.path.normpath(os.path.join(os.path.dirname(case), name))
            if (self.tests / inner).is_file():
                text += self.whole_text(inner)
        return text

    def cases(self):
        return sorted(self.chosen)

    def judge(self, case, settings):
        support = self.support_for(settings)
        test = Test(self, case, settings, support)
        with comparison.workplace(settings) as folder:
            return test.judge(folder)

    def flags(self, settings):
        return ["-" + settings.opt, *HARNESS_FLAGS,
                "-I" + str(self.tests / "util")]

    def support_for(self, settings):
        """The support of these settings, built by the first who needs it."""
        with self.lock:
            if self.support is None:
                with open(self.workdir / "support.lock", "w") as file:
                    # Another run may be building the same.
                    fcntl.flock(file, fcntl.LOCK_EX)
                    self.support = self.build_support(settings)
            return self.support

    def build_support(self, settings):
        locales = self.workdir / "locales"
        named_locales.make(self.locales(), locales)
        compiler = comparison.compiler_identity(settings, "clang++")
        name = digest(compiler, settings.opt, self.version)[:16]
        support = Support(self.workdir / "support" / name, self.source, locales)
        support.build(settings.tool("clang++"), settings.tool("llvm-ar"),
                      self.flags(settings))
        return support

    def locales(self):
        """Those of the tests' dg-require-namedlocale."""
        return sorted({named_locales.library_name(locale)
                       for test in self.chosen.values()
                       for locale in test.locales})


def digest(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()


class Test:
    """One test with the settings it is judged by."""

    def __init__(self, suite, case, settings, support):
        self.settings = settings
        self.support = support
        self.source = suite.tests / case
        self.text = suite.whole_text(case)
        self.directives = suite.chosen[case]
        own, self.link = split_flags(self.directives.flags)
        self.compile_flags = ["-std=gnu++17", "-w", *suite.flags(settings),
                              *self.directives.mode, *own]
        self.key = digest(
            comparison.compiler_identity(settings, "clang++"),
            self.compile_flags, self.link, suite.version, self.text)
        self.bitcode = suite.workdir / "bitcode" / self.key[:2] / (
            self.key + ".bc")
        self.time_limit = TIME_LIMIT * self.directives.patience

    def judge(self, folder):
        problem = self.compile(folder)
        if problem:
            return skipped(problem)
        os.symlink(self.bitcode, folder / "prog.bc")
        native = self.native_outcome(folder)
        if isinstance(native, str):
            return skipped(native)
        self.support.provide(self.text, folder / "ours")
        ours = processes.run(self.command(), folder / "ours",
                             folder / "captures", self.time_limit + MARGIN,
                             self.support.environment())
        ours = of_program(ours)
        if self.directives.fails:
            native, ours = without_addresses(native), without_addresses(ours)
        return comparison.compare(native, ours)

    def compile(self, folder):
        """Makes the bitcode; returns why it cannot be made."""
        if self.bitcode.exists() and not self.settings.fresh:
            return None
        made = folder / "new.bc"
        done = processes.run(
            [self.settings.tool("clang++"), *self.compile_flags, "-c",
             "-emit-llvm", str(self.source), "-o", str(made)],
            folder / "native", folder / "captures", comparison.COMPILE_LIMIT)
        if done.timed_out or done.status != 0:
            return "native does not build: " + comparison.first_error(done)
        self.bitcode.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made, self.bitcode)
        return None

    def native_outcome(self, folder):
        found = None if self.settings.fresh else native_cache.load(
            self.settings.folder, self.key)
        if found is None:
            found = self.run_natively(folder)
            # What failed may have failed for want of time.
            if not isinstance(found, str):
                native_cache.store(self.settings.folder, self.key, found)
        return found

    def run_natively(self, folder):
        for inner in ("native", "again"):
            self.support.provide(self.text, folder / inner)
        built = processes.run(
            [self.settings.tool("clang++"), "-" + self.settings.opt, "-Xclang",
             "-disable-llvm-passes", "-Wno-unused-command-line-argument",
             "../prog.bc", "-o", "../prog", str(self.support.archive),
             "-pthread", *self.link],
            folder / "native", folder / "captures", comparison.COMPILE_LIMIT)
        if built.timed_out or built.status != 0:
            return "native does not build: " + comparison.first_error(built)
        return comparison.measure(["../prog"], folder, self.time_limit,
                                  self.support.environment(),
                                  self.directives.fails)

    def command(self):
        return [str(self.settings.remote_run), *self.settings.run_options,
                "--extra-archive=" + str(self.support.archive),
                *map(remote_option, filter(remote_option, self.link)),
                "../prog.bc"]


def of_program(outcome):
    """What the program did, where remote-run says that a signal ended it."""
    death = DEATH.search(outcome.stderr)
    if not death or outcome.status != -int(death.group(1)):
        return outcome
    return dataclasses.replace(outcome, stderr=outcome.stderr[:death.start()])


def without_addresses(outcome):
    """For the debug mode, which says where the objects of a failure are.

    They are elsewhere in every run, and nothing else of these outputs is.
    """
    return dataclasses.replace(
        outcome, unsteady=(),
        stderr=re.sub(rb"\b0x[0-9a-f]+", b"0x...", outcome.stderr))


def remote_option(flag):
    """remote-run's option for one of the linker's, None if it needs none."""
    if flag.endswith(".so"):
        return "--dlopen=" + flag
    if flag.startswith("-l"):
        # Some of GCC's libraries are archives only.
        archive = GCC_LIBRARIES / ("lib%s.a" % flag[2:])
        shared = GCC_LIBRARIES / ("lib%s.so" % flag[2:])
        if shared.exists():
            return "--dlopen=" + os.path.realpath(shared)
        return "--extra-archive=" + str(archive) if archive.exists() else flag
    return None
