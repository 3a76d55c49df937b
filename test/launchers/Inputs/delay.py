"""delay.py MILLISECONDS COMMAND...: a launcher that leads far away.

Passes standard input and output of COMMAND on in both directions, so many
milliseconds after they came, and ends as it does. That is latency, not a limit of
the rate.
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import delayed_stub  # noqa: E402


def main():
    seconds, command = float(sys.argv[1]) / 1000, sys.argv[2:]
    child = subprocess.Popen(command, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    there, back = child.stdin.detach(), child.stdout.detach()
    delayed_stub.Line(0, os.dup(there.fileno()), seconds)
    there.close()
    answers = delayed_stub.Line(os.dup(back.fileno()), 1, seconds)
    back.close()
    delayed_stub.die_with_parent()
    status = child.wait()
    answers.delivery.join()
    os._exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
