#!/usr/bin/env python3
"""status.py STATUS COMMAND...: the command must end with this exit status."""

import subprocess
import sys

status = subprocess.run(sys.argv[2:], timeout=100).returncode
if status != int(sys.argv[1]):
    sys.exit("exit status %d" % status)
