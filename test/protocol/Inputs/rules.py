"""Compares the rules of PROTOCOL.md, the lies that break them and the tests.

  rules.py <tools> <PROTOCOL.md> <folder of lit tests>
"""

import pathlib
import re
import sys


def rules_of(entries):
    return {rule for entry in entries for rule in entry.rules.split()}


def rules_run(folder, *words):
    """Those that a line names which has all these words."""
    found = set()
    for test in pathlib.Path(folder).glob("*.test"):
        for line in test.read_text().splitlines():
            if all(word in line for word in words):
                found |= set(re.findall(r"\bR\d+\b", line))
    return found


def main():
    tools, specification, folder = sys.argv[1:]
    sys.path.insert(0, tools)
    import peer_controller
    import peer_executor
    import peer_forwarding
    import peer_supervisor
    text = pathlib.Path(specification).read_text()
    specified = re.findall(r"^\*\*(R\d+)\*\*", text, re.MULTILINE)
    problems = ["%s is specified twice" % rule for rule in set(specified)
                if specified.count(rule) > 1]
    problems += ["%s is mentioned but not specified" % rule
                 for rule in set(re.findall(r"\bR\d+\b", text))
                 - set(specified)]
    sides = {
        ("against_controller.py", "peer_executor"):
            rules_of(peer_executor.LIES.values()),
        ("against_controller.py", "peer_supervisor"):
            rules_of(peer_supervisor.LIES.values()),
        ("against_executor.py",): rules_of([
            *peer_controller.LIES.values(), *peer_controller.STARTS.values()]),
        ("against_supervisor.py",): rules_of(peer_forwarding.LIES.values())}
    lied = set().union(*sides.values())
    problems += ["nobody breaks " + rule for rule in set(specified) - lied]
    problems += ["a peer breaks %s, which is not specified" % rule
                 for rule in lied - set(specified)]
    for driver, rules in sides.items():
        problems += ["no test runs %s for %s" % (" ".join(driver), rule)
                     for rule in rules - rules_run(folder, *driver)]
    for line in sorted(problems):
        print(line)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
