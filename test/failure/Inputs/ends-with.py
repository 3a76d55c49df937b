"""ends-with.py <status> PROGRAM...: prints its standard error."""

import subprocess
import sys

status, *command = sys.argv[1:]
done = subprocess.run(command, stdin=subprocess.DEVNULL,
                      stderr=subprocess.PIPE, timeout=120)
sys.stdout.write(done.stderr.decode(errors="replace"))
if done.returncode != int(status):
    sys.exit("ended with %d, expected %s" % (done.returncode, status))
