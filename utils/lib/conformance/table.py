"""Writes the section of docs/conformance.md from the files of results."""

import fnmatch
import json
import pathlib
import sys

import targets

BEGIN = "<!-- made by utils/conformance --table -->"
END = "<!-- end of what utils/conformance --table makes -->"
KNOWN = pathlib.Path(__file__).with_name("known_differences.json")
HEAD = ["suite", "IR, options of remote-run", "passed", "failed", "skipped",
        "date", "LLVM", "package of the suite"]


def write(page, folder, known=KNOWN):
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        print("utils/conformance: error: '%s' has no lines '%s' and '%s'" %
              (page, BEGIN, END), file=sys.stderr)
        return 125
    results = load(folder)
    page.write_text("%s%s\n%s\n%s%s" % (before, BEGIN, "\n".join(
        [*rows(results), "", *failures(results, read(known))]), END, after),
        encoding="utf-8")
    return 0


def load(folder):
    """All results of whole suites, in the order of the table."""
    found = map(read, folder.glob("*/results/*.json"))
    return sorted((result for result in found
                   if result["configuration"]["selection"] == "all"),
                  key=lambda result: (result["suite"], words(result),
                                      result["versions"]["LLVM"]))


def words(result):
    """The configuration as options: `-O2 -code-model=large`."""
    configuration = result["configuration"]
    return words_of(configuration["opt"], configuration["target"],
                    configuration["run options"],
                    configuration.get("host", targets.HOST))


def words_of(opt, target, run_options, host=targets.HOST):
    hosts = [] if host == targets.HOST else ["on " + host + ":"]
    levels = ["-" + opt] if opt else []
    return " ".join([*hosts, *levels, *targets.run_options(target, host),
                     *run_options])


def place(result):
    """Where a case failed: the configuration, and LLVM if it is another; empty
    where there is nothing to choose."""
    llvm = result["configuration"]["llvm"]
    options = "`%s`" % words(result) if words(result) else ""
    return (options + ("" if llvm == "22" else " with LLVM " + llvm)).strip()


def rows(results):
    yield "| %s |" % " | ".join(HEAD)
    yield "|%s|" % "|".join(["---"] * 2 + ["--:"] * 3 + ["---"] * 3)
    for result in results:
        counts, versions = result["counts"], result["versions"]
        yield "| %s |" % " | ".join([
            result["suite"],
            "`%s`" % words(result) if words(result) else "", "%d" % counts["passed"],
            "%d" % counts["failed"], "%d" % counts["skipped"], result["date"],
            versions["LLVM"],
            "%s %s" % (versions["package"], versions["package version"])])


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def failures(results, known):
    """A line for each case that failed, with the configurations."""
    found = {}
    for result in results:
        for case, verdict in result["cases"].items():
            if verdict["kind"] == "failed":
                key = (result["suite"], case, cause(known, result, case))
                found.setdefault(key, []).append((place(result), verdict))
    if not found:
        yield "No case failed."
        return
    yield "Every case that failed, and why:"
    yield ""
    for (suite, case, why), places in sorted(found.items()):
        verdict = places[0][1]
        where = ", ".join(each for each, _ in places if each)
        yield "- %s `%s`%s: %s. Native: %s; remote-run: %s." % (
            suite, case, " (%s)" % where if where else "",
            why, quoted(verdict["native"]), quoted(verdict["ours"]))


def quoted(text):
    return "`%s`" % text.replace("`", "'")


def cause(known, result, case):
    """The known cause of a failure; what is not known is not passed over."""
    return (known_cause(known, result["suite"], words(result), case) or
            "cause unknown")


def known_cause(known, suite, options, case):
    """Of a case that fails with these options; None for one that shall pass."""
    for entry in known.get(suite, []):
        if fnmatch.fnmatchcase(case, entry["case"]) and fnmatch.fnmatchcase(
                options, entry.get("configuration", "*")):
            return entry["cause"]
    return None
