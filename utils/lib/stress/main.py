"""The command behind utils/stress; see there for its usage."""

import datetime
import json
import os
import pathlib
import signal
import stat
import sys
import tempfile
import time

import bad_ir
import embed
import hostile
import lazy
import load
import settings
import table
from ir_inputs import CannotMake

SUITES = {"bad-ir": bad_ir, "hostile": hostile, "load": load,
          "lazy": lazy, "embed": embed}
# What the table needs of a result, and where it is among the others' there.
SUMMARY = ("what", "cases", "wrong", "seconds", "command", "date", "order")


def save(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    os.replace(new, path)


def run_suite(name, options, scratch):
    """Whether nothing went wrong."""
    chosen = settings.Settings(options, scratch)
    begin = time.monotonic()
    result = SUITES[name].run(chosen)
    result["seconds"] = round(time.monotonic() - begin, 1)
    result["command"] = "utils/stress " + name
    result["date"] = datetime.date.today().isoformat()
    result["order"] = list(SUITES).index(name)
    save(chosen.folder / (name + ".json"), result)
    if chosen.is_whole():
        save(chosen.folder.with_name("reliability") / (name + ".json"),
             {key: result[key] for key in SUMMARY})
    for line in SUITES[name].summary(result):
        print(line)
    print("%s: %d cases, %d wrong, %.0f s" % (
        name, result["cases"], result["wrong"], result["seconds"]), flush=True)
    return bool(result["cases"]) and not result["wrong"]


def scratch_place():
    """Where to make a folder that other users can get to; lit's $TMPDIR is not."""
    place = pathlib.Path(tempfile.gettempdir()).resolve()
    if all(folder.stat().st_mode & stat.S_IXOTH
           for folder in (place, *place.parents)):
        return place
    return "/tmp"


def end(number, _):
    """The first signal cleans up; a second one is not to disturb that."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main():
    options = settings.parse(sys.argv[1:], list(SUITES))
    if options.table:
        return table.rewrite(options.page,
                             table.load(options.build / "reliability"))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    good = True
    for name in SUITES if options.suite == "all" else [options.suite]:
        with tempfile.TemporaryDirectory(prefix="stress-",
                                         dir=scratch_place()) as scratch:
            # Other users may reach what is theirs.
            os.chmod(scratch, 0o711)
            try:
                good = run_suite(name, options, pathlib.Path(scratch)) and good
            except CannotMake as problem:
                settings.fail(str(problem))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
