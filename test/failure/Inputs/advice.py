#!/usr/bin/env python3
"""Does what remote-run advises about missing symbols help?

  advice.py REMOTE-RUN LLVM-TOOLS ARGUMENT...

Runs remote-run, which must refuse; prints what it advises; follows that as a
shell would, and expects success.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, llvm, *arguments = sys.argv[1:]
refused = subprocess.run([remote_run, *arguments], capture_output=True,
                         text=True, timeout=TIME_LIMIT)
if refused.returncode != 125:
    sys.exit("not refused: %s" % refused)
advice = re.findall(r"^>>> (?!undefined symbol: | |and \d+ more$)(.*)$",
                    refused.stderr, re.M)
print("\n".join(advice))
options = []
for line in advice:
    options += re.findall(r" (-l\S+|--[a-z-]+=(?:\$\(.*\)|\S+))$", line)
if not options:
    sys.exit("no advice: " + refused.stderr)
command = " ".join([remote_run, *options, *arguments])
path = llvm + os.pathsep + os.environ["PATH"]
followed = subprocess.run(["sh", "-c", command], capture_output=True,
                          text=True, timeout=TIME_LIMIT,
                          env={**os.environ, "PATH": path})
print(followed.stdout, end="")
if followed.returncode != 0 or followed.stderr:
    sys.exit("%s: %s" % (command, followed))
