"""Prints what a file of results says: verdicts.py FILE"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    results = json.load(file)
print(results["suite"], results["configuration"]["opt"],
      results["configuration"]["selection"],
      results["configuration"]["run options"])
print(results["counts"])
print(*results["versions"])
for case, verdict in results["cases"].items():
    print(case + ":", *("%s=%r" % pair for pair in verdict.items()))
