"""Tests that lit runs: one at a time, with lit's word on it as the verdict."""

import json
import os
import re

import processes
from suite import FAILED, Verdict, passed, skipped


def judge(settings, test, parameters, folder, time_limit,
          of_failure=None):
    """The Verdict on the file `test`, in the folder of a workplace.

    `of_failure`: makes the Verdict of a failed test's output, or None.
    """
    results = folder / "results.json"
    command = [*lit_command(settings), "-v", "-j1", "--output", str(results)]
    for name, value in parameters.items():
        command += ["--param", "%s=%s" % (name, value)]
    # lit leaves its temporary folder behind when it is ended.
    done = processes.run([*command, str(test)], folder, folder / "captures",
                         time_limit, dict(os.environ, TMPDIR=str(folder)))
    if done.timed_out or not results.exists():
        return Verdict(FAILED, "ends", "no end within the time limit"
                       if done.timed_out else "status %d" % done.status,
                       "lit gives no result")
    return verdict(json.loads(results.read_text())["tests"], of_failure)


def lit_command(settings):
    """lit of that LLVM: a program, or what Debian 12 has of it for LLVM 19."""
    program = settings.tools / "lit"
    script = settings.tools.parent / "build" / "utils" / "lit" / "lit.py"
    return [str(program)] if program.exists() else ["python3", str(script)]


def verdict(tests, of_failure):
    """The Verdict on what lit says of the one test that it was given."""
    if len(tests) != 1:
        return Verdict(FAILED, "one test", "%d tests" % len(tests),
                       "lit does not find the test")
    code, output = tests[0]["code"], tests[0]["output"]
    if code in ("PASS", "XFAIL"):
        return passed()
    if code == "UNSUPPORTED":
        return skipped("lit: unsupported here")
    if code == "XPASS":
        return Verdict(FAILED, "expected to fail (XFAIL)", "passes", "XPASS")
    return ((of_failure and of_failure(output)) or
            Verdict(FAILED, "expected to pass", complaint(output), code))


def complaint(output):
    """The line of lit's report that says most: the tool's, or lit's own."""
    for pattern in (r"^# \| (.*error:.*)$", r"^# \| (.+)$", r"^(error: .*)$"):
        if found := re.search(pattern, output, re.M):
            return found[1]
    return output.strip()[:300]
