"""The command behind utils/bench; see there for its usage."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
# Where process_memory is, which utils/measure-sizes has, too.
sys.path.insert(0, str(HERE.parent))

import machine
import plot
import process_memory
import programs
import rows
import table
import timing
import variants


def say(text):
    print("utils/bench: " + text, file=sys.stderr, flush=True)


def parse(words, known):
    parser = argparse.ArgumentParser(prog="utils/bench")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--llvm", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--remote-run", type=pathlib.Path,
                        default=ROOT / "build/bench/installed/bin/remote-run")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--page", type=pathlib.Path,
                        default=ROOT / "docs/speed.md")
    parser.add_argument("--plot", type=pathlib.Path,
                        default=ROOT / "docs/speed.svg")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    options = parser.parse_args(words)
    chosen = []
    for word in options.rows:
        found = [name for name in known
                 if name == word or name.startswith(word + "/")]
        if not found:
            parser.error("no row '%s'; there are: %s" %
                         (word, ", ".join(known)))
        chosen += found
    options.rows = chosen or list(known)
    options.remote_run = options.remote_run.absolute()
    return options


def has_cache(remote_run):
    said = subprocess.run([str(remote_run), "--help"], capture_output=True,
                          text=True, check=True).stdout
    return any(line.split()[:1] and line.split()[0].startswith("--cache")
               for line in said.splitlines())


def load(path):
    if not path.exists():
        return {}
    return json.loads(path.read_text(encoding="utf-8"))


def save(path, results):
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(results, indent=1, sort_keys=True),
                   encoding="utf-8")
    os.replace(new, path)


def measure(options, known, path):
    """Whether every row could be measured."""
    # What is to be cold must not find the user's own cache.
    os.environ.pop("REMOTE_RUN_CACHE", None)
    scratch = options.build / "bench" / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    context = rows.Context(
        programs.Workshop(options.build, options.llvm, say),
        variants.Runners(options.remote_run, options.llvm, scratch),
        options.runs, has_cache(options.remote_run))
    if not context.has_cache:
        say("%s; the cells of a cache hit stay empty" % rows.NO_CACHE)
    about = machine.describe(options.llvm / "lli")
    results = load(path)
    failed = 0
    for name in options.rows:
        say("measuring '%s'" % name)
        try:
            result = known[name](context)
        except (programs.CannotMake, timing.CannotTime, timing.Different,
                process_memory.Unseen) as problem:
            say("error: '%s': %s" % (name, problem))
            failed += 1
            continue
        for variant, why in result.get("failed", {}).items():
            say("'%s' has no time of %s: %s" % (name, variant, why))
        results[name] = {**result, **about}
        save(path, results)
    shutil.rmtree(scratch)
    return failed == 0


def main():
    known = rows.all_rows()
    options = parse(sys.argv[1:], known)
    path = options.build / "bench" / "results.json"
    if options.table:
        results = load(path)
        options.plot.parent.mkdir(exist_ok=True)
        options.plot.write_text(plot.draw(results), encoding="utf-8")
        return table.rewrite(options.page, results)
    good = measure(options, known, path)
    print(table.text(load(path)))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
