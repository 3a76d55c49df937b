"""GNU ld's testsuite: the programs that its tests link and run.

DejaGnu runs the tests, as Debian's binutils has them, with linker/driver.py in
the place of gcc, g++ and ld. A case is a test that runs a program which it has
linked; what tests ask of the files that ld writes is ld's affair. A first run
is native, finds the cases, and keeps what it found. Skipped is what does not
pass then, and what is linked with -static, by a linker script, or for another
machine. Then remote-run links the same inputs in the same order when the test
runs its program, and the test says whether that was right.

DejaGnu's unit is a script of many tests, so that the first case of a script
runs all of them.
"""

import collections
import contextlib
import dataclasses
import hashlib
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading

import debian
import processes
from suite import FAILED, Suite, SuiteError, Verdict, passed, skipped

OWN = pathlib.Path(__file__).resolve().with_suffix("")
# What DejaGnu reads of binutils' sources.
SOURCES = ("ld/testsuite", "ld/configure.tgt", "binutils/testsuite",
           "bfd/config.bfd", "bfd/development.sh")
# A script that runs programs asks whether it may, itself or by this procedure.
RUNS_PROGRAMS = re.compile(r"run_ld_link_exec_tests|\bisnative\b")
# It links ld with itself, and needs the objects of a build.
LEFT_OUT = ("ld-bootstrap",)
# The scripts of the sample: the quick ones.
SAMPLE = ("ld-elf/elf.exp", "ld-elf/dwarf.exp", "ld-pie/pie.exp",
          "ld-cdtest/cdtest.exp")
SCRIPT_LIMIT = 900
PROGRAM_LIMIT = 60
# DejaGnu's variables of programs that are as they are.
TOOLS = ("as", "objcopy", "ar", "strip", "size", "SIZE", "RANLIB", "ELFEDIT")
DRIVERS = ("gcc", "g++", "ld")
# They are shown what ld has written, where a script has taken its place.
INSPECTORS = ("nm", "objdump", "readelf")
INSPECTOR = '''for word; do
  shift
  [ ! -L "$word.native" ] || word=$word.native
  set -- "$@" "$word"
done
exec %s "$@"'''
# What makes the native results what they are.
PACKAGES = ("gcc", "g++", "binutils", "dejagnu", "libc6-dev")


# Not a test: what a script said when all was over.
END = "END"


@dataclasses.dataclass(frozen=True)
class Result:
    """What a script said of a test."""

    kind: str  # DejaGnu's word for it: PASS, FAIL, ...
    said: str  # in the log
    ran: bool  # whether the test ran a program that it had linked
    scope: str  # why the program is not remote-run's to link; empty if it is


class Linker(Suite):
    name = "linker"
    package = "binutils"
    is_configurable = False

    def __init__(self):
        self.lock = threading.Lock()
        self.script_locks = collections.defaultdict(threading.Lock)
        self.native = {}  # case -> Result
        self.remote = {}  # script -> case -> Result
        self.chosen = ()

    def fetch(self, workdir):
        self.workdir = workdir
        self.version = debian.patched_sources(workdir, self.package, SOURCES)
        self.testsuite = workdir / "source/ld/testsuite"

    def fingerprint(self):
        digest = hashlib.sha256()
        for file in sorted(OWN.rglob("*")):
            if file.suffix in (".py", ".exp"):
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def package_version(self):
        return self.version

    def scripts(self):
        for file in sorted(self.testsuite.glob("ld-*/*.exp")):
            text = file.read_text(errors="replace")
            if RUNS_PROGRAMS.search(text) and file.parent.name not in LEFT_OUT:
                yield str(file.relative_to(self.testsuite))

    def run_natively(self, scripts):
        """Finds the cases of all scripts, several scripts at a time."""
        for results in processes.in_threads(self.native_results, scripts):
            self.native.update(results)

    def native_results(self, script):
        """The script's cases with their results, from an earlier run if the
        same would come out again."""
        kept = self.workdir / "native" / (script.replace("/", "-") + ".json")
        key = [self.version, self.fingerprint(),
               *map(debian.package_version, PACKAGES)]
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(kept.read_text())
            if found["key"] == key:
                return {case: Result(**result)
                        for case, result in found["cases"].items()}
        results = {case: result for case, result in
                   self.run_script(script).items() if result.ran}
        kept.parent.mkdir(exist_ok=True)
        new = kept.with_suffix(".new")
        new.write_text(json.dumps({"key": key, "cases": {
            case: dataclasses.asdict(result)
            for case, result in results.items()}}))
        os.replace(new, kept)
        return results

    def run_script(self, script, remote_run=(), cases=()):
        """The results of a script's tests, by the names of the cases.

        With `cases`, the tests that it need not run for them are left out.
        """
        # The run's own scratch.
        with tempfile.TemporaryDirectory(
                dir=os.environ.get("TMPDIR"),
                ignore_cleanup_errors=True) as name:
            folder = pathlib.Path(name)
            for inner in ("bin", "programs", "tmpdir"):
                (folder / inner).mkdir()
            write_site(folder, self.testsuite)
            done = processes.run(
                ["runtest", "--tool", "ld", "--srcdir", str(self.testsuite),
                 script], folder, folder / "bin", SCRIPT_LIMIT,
                environment(folder, remote_run, cases))
            self.keep_log(folder, script, "remote" if remote_run else "native")
            journal = folder / "journal"
            if not journal.exists() or (done.timed_out and not remote_run):
                raise SuiteError("runtest %s %s: %s" % (
                    script, "does not end" if done.timed_out else "fails",
                    done.stdout.decode(errors="replace")[-2000:]))
            return read_journal(script, journal.read_text(errors="replace"))

    def keep_log(self, folder, script, manner):
        """For who wants to know more than the results say."""
        logs = self.workdir / "logs" / manner
        logs.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(folder / "ld.log",
                            logs / (script.replace("/", "-") + ".log"))

    def cases(self):
        return self.cases_of(self.scripts())

    def sample(self):
        return self.cases_of(SAMPLE)

    def cases_of(self, scripts):
        """In turns one of each script, so that all are begun at first."""
        self.run_natively(scripts)
        of_script = collections.defaultdict(list)
        for case in sorted(self.native):
            of_script[script_of(case)].append(case)
        turns = itertools.zip_longest(*(of_script[script]
                                        for script in sorted(of_script)))
        return [case for turn in turns for case in turn if case]

    def prepare(self, cases):
        self.chosen = cases

    def judge(self, case, settings):
        native = self.native[case]
        if native.scope:
            return skipped("it is about " + native.scope)
        if native.kind != "PASS":
            return skipped("native does not pass: %s" % native.kind)
        script = script_of(case)
        with self.lock:
            lock = self.script_locks[script]
        with lock:
            if script not in self.remote:
                self.remote[script] = self.run_script(
                    script, self.remote_command(settings),
                    [each for each in self.chosen
                     if script_of(each) == script] or [case])
        result = self.remote[script].get(case)
        if result is None:
            return Verdict(FAILED, "passes", "the test is not reached: " +
                           complaint(self.remote[script][END].said),
                           "not reached")
        if result.kind == "PASS" and result.ran:
            return passed()
        if result.kind == "PASS":
            return Verdict(FAILED, "runs", "passes, but runs nothing",
                           "not run")
        return Verdict(FAILED, "passes", complaint(result.said), result.kind)

    def remote_command(self, settings):
        return [str(settings.remote_run), "--timeout=%ds" % PROGRAM_LIMIT]


def environment(folder, remote_run, cases):
    """What DejaGnu, our board of it and our driver look at."""
    return dict(
        os.environ, LC_ALL="C", HOME=str(folder),
        DEJAGNU=str(OWN / "dejagnu.exp"),
        LINKER_SUITE_JOURNAL=str(folder / "journal"),
        LINKER_SUITE_PROGRAMS=str(folder / "programs"),
        LINKER_SUITE_REMOTE_RUN=json.dumps(remote_run) if remote_run else "",
        LINKER_SUITE_OPTIONS=options_of(remote_run),
        LINKER_SUITE_LIMIT=str(PROGRAM_LIMIT),
        LINKER_SUITE_CASES="\n".join(name for case in cases
                                     for name in test_names(case)))


def options_of(command):
    """The names of a program's options, by its help; empty for no program."""
    if not command:
        return ""
    done = subprocess.run([*command[:1], "--help-hidden"], capture_output=True,
                          text=True, check=True)
    return " ".join(re.findall(r"^  --?([\w-]+)", done.stdout, re.M))


def write_site(folder, testsuite):
    """The folder's site.exp, and the programs of ours that it names."""
    for tool in DRIVERS:
        write_program(folder, tool, 'exec /usr/bin/python3 -S -E %s %s "$@"' %
                      (OWN / "driver.py", "/usr/bin/" + tool))
    for tool in INSPECTORS:
        write_program(folder, tool, INSPECTOR % ("/usr/bin/" + tool))
    values = {
        "srcdir": testsuite, "objdir": folder, "tool": "ld",
        "CC": "/usr/bin/gcc", "CC_FOR_TARGET": folder / "bin/gcc",
        "CXX_FOR_TARGET": folder / "bin/g++", "CXXFLAGS": "-g -O2",
        "ld": folder / "bin/ld", "LD": folder / "bin/ld",
        "REAL_LD": "/usr/bin/ld", "ld_testsuite_bindir": "/usr/bin",
        "nm": folder / "bin/nm", "objdump": folder / "bin/objdump",
        "READELF": folder / "bin/readelf",
        "experimental": "false", "development": "false",
        "enable_libctf": "no", "enable_plugins": "yes",
    }
    for role in ("host", "build", "target"):
        values[role + "_triplet"] = "x86_64-pc-linux-gnu"
    for name in TOOLS:
        values[name] = "/usr/bin/" + name.lower()
    (folder / "site.exp").write_text("".join(
        "set %s {%s}\n" % each for each in values.items()))


def write_program(folder, name, text):
    path = folder / "bin" / name
    path.write_text("#!/bin/sh\n%s\n" % text)
    path.chmod(0o755)


def read_journal(script, text):
    """What linker/boards/conformance.exp and linker/driver.py have written."""
    results = {END: Result(END, "no end within the time limit", False, "")}
    seen = collections.Counter()
    scopes, ran = {}, []
    for line in text.splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            if "linked" in entry:
                scopes[entry["linked"]] = entry["scope"] or ""
            else:
                ran.append(entry["ran"])
            continue
        kind, test, said = map(unquote, line.split("\t"))
        if kind == END:
            results[END] = Result(END, said, False, "")
            continue
        seen[test] += 1
        results[case_name(script, test, seen[test])] = Result(
            kind, said, bool(ran), scopes[ran[-1]] if ran else "")
        ran = []
    return results


def unquote(text):
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": "\r"}.get(
        found[1], found[1]), text)


def case_name(script, test, number):
    """As `ld-elf/shared: Run with libfoo.so`, `... (2)` for the second."""
    return "%s: %s%s" % (script.removesuffix(".exp"), test,
                         " (%d)" % number if number > 1 else "")


def script_of(case):
    return case.partition(": ")[0] + ".exp"


def test_names(case):
    """The test's name, and what it is if the number is ours."""
    name = case.partition(": ")[2]
    return {name, re.sub(r" \(\d+\)$", "", name)}


# What linker's library of procedures says of outputs that differ.
DIFFERENCES = (
    (r'regexp_diff match failure\nregexp "\^(.*)\$"\nline   "(.*)"',
     "prints '{1}' in the place of '{0}'"),
    (r'extra regexps in .* starting with "\^(.*)\$"', "does not print '{0}'"),
    (r'extra lines in .* starting with "\^(.*)\$"', "prints '{0}', too"),
    (r"(?m)^(> .*)$", "its output lacks '{0}'"),
    (r": (symbol lookup error: .*)", "{0}"),
    (r": (error while loading shared libraries: .*)", "{0}"),
    (r"child process exited abnormally", "ends with another status than 0"),
)


# Files of the library's probes, which have a process's number.
PROBE = re.compile(r"(tmpdir/(?:ifunc|gnu2_tls|lto|lto_shared))\d+")


def complaint(said):
    """What the log has of a test that failed, in a line."""
    said = PROBE.sub(r"\1", said)
    if found := re.findall(r"remote-run: error: (.*)|^>>> (undefined .*)", said,
                           re.M):
        return "; ".join("".join(each) for each in found[:3])
    for pattern, text in DIFFERENCES:
        if found := re.search(pattern, said):
            return text.format(*found.groups())
    # What the program itself said last.
    said = re.sub(r"(?m)^testcase .* completed in .*$", "", said)
    last = said.strip().splitlines()[-1:]
    return "says '%s'" % last[0][-200:] if last else "says nothing"
