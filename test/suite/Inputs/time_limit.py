"""time_limit.py TOOLS SCRATCH LIT...: see time-limit.test.

Runs lit on a suite of tests that never end, and of one that does.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

CONFIGURATION = """
import sys
sys.path.insert(0, %r)
import bounded_tests
config.name = "bounded"
config.test_format = bounded_tests.BoundedShTest(execute_external=False)
config.suffixes = [".test"]
config.test_seconds = 3
"""
# Nobody else sleeps for so long.
SECONDS = 1000000 + os.getpid()
SLEEP = "sleep %d" % SECONDS
WAIT = {
    "alone": SLEEP,
    "after-another": "true && " + SLEEP,
    "in-a-pipeline": SLEEP + " | wc",
    "below-another": "sh -c '%s; true'" % SLEEP,
    "away": "sh -c 'setsid %s & exit 0' | wc" % SLEEP,
    "heedless": "sh -c 'trap \"\" TERM INT HUP; %s; %s'" % (SLEEP, SLEEP),
}


def left():
    """Processes of the suite that are still there."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(SECONDS).encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            pass
    return found


def main():
    tools, name, *lit = sys.argv[1:]
    folder = pathlib.Path(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "lit.cfg").write_text(CONFIGURATION % tools)
    for name, command in WAIT.items():
        (folder / (name + ".test")).write_text("# RUN: %s\n" % command)
    (folder / "ends").mkdir()
    (folder / "ends/lit.local.cfg").write_text("config.test_seconds = 300\n")
    (folder / "ends/at-once.test").write_text("# RUN: true\n")
    results = folder / "results.json"
    done = subprocess.run([*lit, "-j3", "--output=%s" % results, folder],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=300)
    assert done.returncode == 1, done
    codes = {test["name"].rpartition(":: ")[2]: test["code"]
             for test in json.loads(results.read_text())["tests"]}
    expected = {name + ".test": "TIMEOUT" for name in WAIT}
    assert codes == {**expected, "ends/at-once.test": "PASS"}, (codes, done)
    assert not left(), left()


if __name__ == "__main__":
    main()
