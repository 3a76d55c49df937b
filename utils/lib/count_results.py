#!/usr/bin/env python3
"""Prints "N passed, M failed, K skipped" for a result file of lit.

Exits with 0 only if tests ran and all of them passed.
"""

import collections
import json
import sys

PASSED = {"PASS", "XFAIL", "FLAKYPASS"}
# lit leaves tests out of the file that its own filters deselected.
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def count(results):
    counts = collections.Counter()
    for test in results["tests"]:
        code = test["code"]
        if code in PASSED:
            counts["passed"] += 1
        elif code in SKIPPED:
            counts["skipped"] += 1
        else:
            # FAIL, XPASS, UNRESOLVED, TIMEOUT, and what lit may add.
            counts["failed"] += 1
    return counts


def main():
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            counts = count(json.load(file))
    except FileNotFoundError:
        counts = collections.Counter()
    if counts["passed"] + counts["failed"] == 0:
        print("error: no test ran", file=sys.stderr, flush=True)
    print("%d passed, %d failed, %d skipped" %
          (counts["passed"], counts["failed"], counts["skipped"]))
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
