#!/usr/bin/env python3
"""status.py STATUS COMMAND...: the command must end with this exit status."""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

status = subprocess.run(sys.argv[2:], timeout=TIME_LIMIT).returncode
if status != int(sys.argv[1]):
    sys.exit("exit status %d" % status)
