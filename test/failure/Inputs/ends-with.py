"""ends-with.py <status> PROGRAM...: prints its standard error."""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

status, *command = sys.argv[1:]
done = subprocess.run(command, stdin=subprocess.DEVNULL,
                      stderr=subprocess.PIPE, timeout=TIME_LIMIT)
sys.stdout.write(done.stderr.decode(errors="replace"))
if done.returncode != int(status):
    sys.exit("ended with %d, expected %s" % (done.returncode, status))
