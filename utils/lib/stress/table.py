"""Writes the reliability table of docs/reliability.md from the files of results."""

import json
import sys

BEGIN = "<!-- made by utils/stress --table -->\n"
END = "<!-- end of what utils/stress --table makes -->\n"
HEAD = ("what", "cases", "wrong", "time", "date", "command")


def load(folder):
    """The results of all commands, in the order that they ask for."""
    found = [json.loads(path.read_text(encoding="utf-8"))
             for path in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda result: result.get("order", 100))


def duration(seconds):
    if seconds < 100:
        return "%.0f s" % seconds
    return "%.0f min" % (seconds / 60)


def number(count):
    return "{:,}".format(count)


def text(results):
    lines = ["| %s |" % " | ".join(HEAD), "|---|--:|--:|--:|---|---|"]
    for result in results:
        lines.append("| %s | %s | %s | %s | %s | `%s` |" % (
            result["what"], number(result["cases"]), number(result["wrong"]),
            duration(result["seconds"]), result["date"], result["command"]))
    return "\n".join(lines)


def rewrite(page, results):
    """Puts the table between its two lines; returns the exit status."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        print("utils/stress: error: '%s' has no lines '%s' and '%s'" %
              (page, BEGIN.strip(), END.strip()), file=sys.stderr)
        return 125
    page.write_text("%s%s%s\n%s%s" % (
        before, BEGIN, text(results), END, after), encoding="utf-8")
    return 0
