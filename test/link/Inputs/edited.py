"""Changes one module of a program that has an object cache, and looks what is
compiled again.

  edited.py REMOTE-RUN FOLDER

The folder has main.bc, one.bc and two.bc; two.bc gets other bytes and keeps its
meaning.
"""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, folder = sys.argv[1:]
cache = os.path.join(folder, "cache")


def run():
    subprocess.run(
        [remote_run, "-enable-cache-manager", "-object-cache-dir=" + cache,
         "--extra-module=one.bc", "--extra-module=two.bc", "main.bc"],
        cwd=folder, stdout=subprocess.DEVNULL, check=False, timeout=TIME_LIMIT)
    return {name: os.stat(os.path.join(cache, name)).st_ino
            for name in sorted(os.listdir(cache))}


first, second = run(), run()
if sorted(first) != ["main.o", "one.o", "two.o"] or first != second:
    sys.exit("not kept: %s, then %s" % (first, second))
with open(os.path.join(folder, "two.bc"), "ab") as module:
    # Bitcode may be followed by zeroes.
    module.write(bytes(4))
third = run()
changed = [name for name in first if first[name] != third[name]]
if changed != ["two.o"]:
    sys.exit("compiled again: %s" % changed)
