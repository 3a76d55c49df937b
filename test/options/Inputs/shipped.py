#!/usr/bin/env python3
"""Does an option change the code that is generated? Compares code sizes.

  shipped.py REMOTE-RUN [--field NAME] IR -- OPTIONS < OPTIONS
  shipped.py REMOTE-RUN [--field NAME] IR -- OPTIONS = OPTIONS
  shipped.py REMOTE-RUN [--field NAME] IR -- OPTIONS > OPTIONS

Sizes are --stats' bytes shipped, or another line of it by NAME.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, *arguments = sys.argv[1:]
field = "bytes shipped"
if arguments[0] == "--field":
    field = arguments[1]
    arguments = arguments[2:]
program, _, first, relation, second = arguments


def measure(options):
    command = [remote_run, "--stats", *options.split(), program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
    found = re.search("^remote-run: stats: %s +([0-9]+)$" % field, done.stderr,
                      re.M)
    if done.returncode != 0 or not found:
        sys.exit("%s: %s" % (command, done))
    return int(found.group(1))


sizes = measure(first), measure(second)
print("%s: %r %d, %r %d" % (field, first, sizes[0], second, sizes[1]))
holds = {"<": sizes[0] < sizes[1], "=": sizes[0] == sizes[1],
         ">": sizes[0] > sizes[1]}
if not holds[relation]:
    sys.exit("expected " + relation)
