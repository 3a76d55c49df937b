"""What cpython.py reads of two runs' reports: cpython_reports.py FOLDER-OF-MODULES
SCRATCH"""

import pathlib
import sys

sys.path.append(sys.argv[1])
import cpython  # noqa: E402
from processes import Outcome  # noqa: E402

SCRATCH = pathlib.Path(sys.argv[2])
ENDS = {
    "ok": "",
    "skipped": "<skipped>no such thing</skipped>",
    "failure": '<failure type="AssertionError">1 != 2</failure>',
    "error": '<system-out>words</system-out><error type="OSError">2</error>',
    "expected failure": '<output type="AssertionError">1 != 2</output>',
    "unexpected success": "<outcome>UNEXPECTED_SUCCESS</outcome>",
}


def report(**ends):
    """The results of a run in which tests ended so."""
    path = SCRATCH / "report.xml"
    path.write_text("<testsuites><testsuite>%s</testsuite></testsuites>" % "".join(
        '<testcase name="%s" status="run">%s</testcase>' % (test, ENDS[end])
        for test, end in ends.items()))
    return cpython.Results(Outcome(0, b"", b""), path)


print(list(report(**{end.replace(" ", "_"): end for end in ENDS}).tests.values()))


def show(verdict):
    print(verdict.kind, verdict.native, verdict.ours, verdict.reason, sep="|")


native = report(a="ok", b="failure", c="ok")
show(cpython.compare(native, report(a="ok", b="failure", c="ok"), set()))
show(cpython.compare(native, report(a="error", b="failure"), set()))
show(cpython.compare(native, report(a="ok", b="ok", c="ok"), {"b"}))
other = report(a="ok", b="failure", c="ok")
other.outcome = Outcome(2, b"", b"words")
show(cpython.compare(native, other, set()))
died = cpython.Results(Outcome(-11, b"", b"dead"), SCRATCH / "none.xml")
show(cpython.compare(native, died, set()))
