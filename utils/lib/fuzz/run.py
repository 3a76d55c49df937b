"""Runs the fuzz targets one after the other, and prints what came of it.

  run.py <build folder> <seeds> <results> [--seconds=N] [TARGET...]

A run of ten minutes or more leaves a file for the table of docs/reliability.md in
the folder of results (utils/stress --table).
"""

import argparse
import datetime
import json
import pathlib
import re
import subprocess
import sys

# One input that takes so long has found a hang, and one process that takes so
# much memory a leak.
INPUT_SECONDS, MEMORY_MIB = 20, 3000
WHOLE_RUN = 600
COLUMNS = "%-18s %12s %9s %7s %7s %9s %9s"


def last(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def fuzz(target, build, seeds, seconds):
    """A row of the table, and whether something was found."""
    corpus, findings = build / "corpus" / target, build / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(exist_ok=True)
    log = build / (target + ".log")
    before = set(findings.iterdir())
    with open(log, "w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [build / "test" / "fuzz" / ("fuzz-" + target),
             "-max_total_time=%d" % seconds, "-timeout=%d" % INPUT_SECONDS,
             "-rss_limit_mb=%d" % MEMORY_MIB, "-print_final_stats=1",
             "-artifact_prefix=%s/%s-" % (findings, target),
             corpus, seeds / target], stdin=subprocess.DEVNULL, stdout=file,
            stderr=subprocess.STDOUT)
        try:
            status = process.wait()
        finally:
            process.kill()
    text = log.read_text(encoding="utf-8", errors="replace")
    found = sorted(set(findings.iterdir()) - before)
    row = (target, last(r"stat::number_of_executed_units: *(\d+)", text),
           last(r"stat::average_exec_per_sec: *(\d+)", text),
           last(r"cov: (\d+)", text), last(r"corp: (\d+)", text),
           last(r"stat::peak_rss_mb: *(\d+)", text),
           max(len(found), int(status != 0)))
    for finding in found:
        print("%s: %s" % (target, finding))
    if status and not found:
        print("%s ended with status %d, see %s" % (target, status, log))
    return row, status != 0 or bool(found)


def save(folder, row, seconds, order):
    target, runs, *_, findings = row
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("fuzz-%s.json" % target)).write_text(json.dumps({
        "what": "inputs of the fuzz target `%s`" % target, "cases": runs,
        "wrong": findings, "seconds": seconds,
        "command": "utils/fuzz %s" % target, "order": order,
        "date": datetime.date.today().isoformat()}, indent=1) + "\n",
        encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="utils/fuzz")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("seeds", type=pathlib.Path)
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=WHOLE_RUN)
    parser.add_argument("targets", nargs="*")
    options = parser.parse_intermixed_args()
    known = sorted(path.name for path in options.seeds.iterdir())
    for target in options.targets:
        if target not in known:
            parser.error("no target '%s'; there are %s"
                         % (target, ", ".join(known)))
    found = 0
    print(COLUMNS % ("target", "runs", "runs/s", "edges", "corpus",
                     "peak MiB", "findings"))
    for target in options.targets or known:
        row, is_finding = fuzz(target, options.build, options.seeds,
                               options.seconds)
        print(COLUMNS % row, flush=True)
        found += is_finding
        if options.seconds >= WHOLE_RUN:
            # Behind the suites of utils/stress, and the faults.
            save(options.results, row, options.seconds,
                 20 + known.index(target))
    sys.exit(found != 0)


if __name__ == "__main__":
    main()
