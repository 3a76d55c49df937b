"""Fails unless a command ends with the status of a refusal."""

import subprocess
import sys

status = subprocess.run(sys.argv[1:], check=False).returncode
if status != 125:
    sys.exit("ended with %d" % status)
