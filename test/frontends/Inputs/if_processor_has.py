#!/usr/bin/env python3
"""Runs a command if this machine's processor has all of some features.

  if_processor_has.py FEATURE... -- COMMAND...
"""

import subprocess
import sys

cut = sys.argv.index("--")
wanted, command = set(sys.argv[1:cut]), sys.argv[cut + 1:]
with open("/proc/cpuinfo", encoding="utf-8") as file:
    flags = next(line for line in file if line.startswith("flags"))
missing = wanted - set(flags.split())
if missing:
    print("the processor has no " + ", ".join(sorted(missing)))
    sys.exit(0)
sys.exit(subprocess.run(command, check=False).returncode)
