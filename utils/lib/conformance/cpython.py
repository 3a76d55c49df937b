"""CPython's own tests, run by the interpreter that utils/corpus compiles.

A case is a module of CPython's Lib/test, which its own runner (python -m test) runs,
natively and by remote-run, in a build tree of the same name: of the native program
there is the executable `python`, and of the other a small one of that name that
executes remote-run with python.bc. The extension modules are the same shared
libraries for both. What has to agree is how each test of the module ends, also where
it fails natively; but not that of one which natively ends otherwise the next time.
"""

import contextlib
import json
import pathlib
import shutil
import subprocess
import threading
from xml.etree import ElementTree

import comparison
import processes
from suite import FAILED, Suite, SuiteError, Verdict, passed, skipped

ROOT = pathlib.Path(__file__).resolve().parents[3]
# From numbers to what only a program that is linked as natively can do.
MODULES = """
    test_array test_bytes test_bz2 test_capi test_cmath test_cmd_line
    test_coroutines test_ctypes test_decimal test_descr test_dict test_exceptions
    test_faulthandler test_float test_fork1 test_gc test_generators test_hashlib
    test_io test_json test_long test_lzma test_math test_mmap test_os test_pickle
    test_posix test_re test_select test_set test_signal test_socket test_sqlite3
    test_ssl test_struct test_subprocess test_sys test_threading test_traceback
    test_unicode test_weakref test_zlib
""".split()
# In many a virtual machine nobody answers, and it waits without end.
LEFT_OUT = ["--ignore", "*VSOCK*"]
TIME_LIMIT = 600
# Of the first command, which compiles.
COMPILE_LIMIT = 300
# Of a build tree's root, what an interpreter that runs there reads.
TREE = ("build", "Makefile", "Modules", "pybuilddir.txt", "pyconfig.h")
# No script, which an interpreter has to find: it may be executed by a descriptor
# that is closed then.
START = """
#include <unistd.h>
int main(int argc, char **argv) {
  char *words[%(count)d + argc];
  char *first[] = {%(words)s};
  for (int i = 0; i != %(count)d; ++i)
    words[i] = i == %(argv0)d ? argv[0] : first[i];
  for (int i = 0; i != argc; ++i)
    words[%(count)d + i] = argv[i + 1];
  return execv(words[0], words) & 127;
}
"""
# A difference names so many tests.
SHOWN = 12


class CPython(Suite):
    name = "cpython"
    package = "python3.11"
    sample_step = 8
    # The IR is made once, at -O2.
    is_configurable = False

    def __init__(self):
        self.lock = threading.Lock()
        self.is_compiled = False

    def fetch(self, workdir):
        self.workdir = workdir
        self.corpus = ROOT / "build/corpus/cpython"
        done = subprocess.run([ROOT / "utils/corpus", "cpython"],
                              stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise SuiteError("utils/corpus cpython failed")

    def package_version(self):
        changelog = self.corpus / "source/debian/changelog"
        with open(changelog, encoding="utf-8") as file:
            return file.readline().partition("(")[2].partition(")")[0]

    def fingerprint(self):
        return (self.corpus / "stamp").read_text()

    def cases(self):
        return sorted(MODULES)

    def judge(self, case, settings):
        with comparison.workplace(settings) as folder:
            tree = self.make_tree(folder)
            make_native(self.corpus, tree)
            native = run_module(case, tree, folder / "native", folder)
            if not native.tests:
                return skipped("native runs no test: " +
                               comparison.describe(native.outcome))
            make_remote(self.corpus, tree, settings.tool("clang"),
                        self.remote_run(settings))
            ours = run_module(case, tree, folder / "ours", folder)
            unsteady = set()
            if native.tests != ours.tests:
                make_native(self.corpus, tree)
                again = run_module(case, tree, folder / "again", folder)
                unsteady = differing(native.tests, again.tests)
            return compare(native, ours, unsteady)

    def remote_run(self, settings):
        """The command without the program, which is in the cache then."""
        command = [str(settings.remote_run),
                   "--cache=%s" % (self.workdir / "cache")]
        # Several cases begin at once.
        with self.lock:
            if not self.is_compiled:
                processes.run([*command, str(self.corpus / "cpython.bc"), "-V"],
                              settings.scratch, settings.scratch, COMPILE_LIMIT)
            self.is_compiled = True
        return command

    def make_tree(self, folder):
        """A build tree without an interpreter, with the sources beside it."""
        (folder / "source").symlink_to(self.corpus / "source")
        tree = folder / "tree"
        tree.mkdir()
        for name in TREE:
            (tree / name).symlink_to(self.corpus / "tree" / name)
        return tree


class Results:
    """How the tests of a module ended."""

    def __init__(self, outcome, report):
        self.outcome = outcome
        self.tests = {}
        with contextlib.suppress(FileNotFoundError, ElementTree.ParseError):
            for test in ElementTree.parse(report).iter("testcase"):
                # One whose subtests fail is left unnamed.
                self.tests[test.get("name") or self.nameless()] = end_of(test)

    def nameless(self):
        return "unnamed %d" % sum(test.startswith("unnamed ")
                                  for test in self.tests)


def end_of(test):
    """What CPython's test.support.testresult says of a test, in a word."""
    for kind in ("error", "failure", "skipped", "output"):
        if test.find(kind) is not None:
            return "expected failure" if kind == "output" else kind
    return "unexpected success" if test.find("outcome") is not None else "ok"


def make_native(corpus, tree):
    with contextlib.suppress(FileNotFoundError):
        (tree / "python").unlink()
    # No link: the interpreter follows links to where its library is.
    shutil.copy2(corpus / "cpython.native", tree / "python")


def make_remote(corpus, tree, compiler, command):
    (tree / "python.bc").symlink_to(corpus / "cpython.bc")
    words = [*command, "--fake-argv0", None, "--", str(tree / "python.bc")]
    source = tree / "python.c"
    source.write_text(START % {
        "count": len(words), "argv0": words.index(None), "words": ", ".join(
            json.dumps(word) if word else "0" for word in words)})
    subprocess.run([compiler, "-O1", str(source), "-o", str(tree / "python")],
                   check=True)


def run_module(case, tree, folder, scratch):
    report = folder / "report.xml"
    outcome = processes.run(
        [str(tree / "python"), "-m", "test", "-v", *LEFT_OUT,
         "--junit-xml", str(report), case], folder, scratch / "captures", TIME_LIMIT)
    return Results(outcome, report)


def differing(one, other):
    """The tests that end in two ways, or are in one alone."""
    return {test for test in one.keys() | other.keys()
            if one.get(test) != other.get(test)}


def compare(native, ours, unsteady):
    different = sorted(differing(native.tests, ours.tests) - unsteady)
    if not different and not unsteady and (
            native.outcome.status != ours.outcome.status):
        # What is no test's, as of setUpModule().
        return Verdict(FAILED, comparison.describe(native.outcome),
                       comparison.describe(ours.outcome), "status differs")
    if different:
        return Verdict(FAILED, list_ends(native, different),
                       list_ends(ours, different),
                       "%d of %d tests" % (len(different), len(native.tests)))
    return passed("native ends in two ways: " + ", ".join(sorted(unsteady))
                  if unsteady else "")


def list_ends(results, tests):
    if not results.tests:
        return comparison.describe(results.outcome)
    ends = ["%s: %s" % (test, results.tests.get(test, "not run"))
            for test in tests[:SHOWN]]
    if len(tests) > SHOWN:
        ends.append("and %d more" % (len(tests) - SHOWN))
    return "; ".join(ends)
