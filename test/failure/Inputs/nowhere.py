"""nowhere.py <native program> <remote-run command>...

Runs both with standard streams that take nothing, and compares how they end.
"""

import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

STREAMS = ("--stdout=/dev/full", "--stderr=/dev/full", "--close=0",
           "--close=1", "--close=2", "--close=0,1,2")


def main():
    native, *remote = sys.argv[1:]
    wrapper = [sys.executable, os.path.join(os.path.dirname(__file__),
                                            "standard-streams.py")]
    for streams in STREAMS:
        ends = [subprocess.run([*wrapper, streams, *command],
                               stdin=subprocess.DEVNULL, capture_output=True,
                               timeout=TIME_LIMIT)
                for command in ([native], remote)]
        seen = [(end.returncode, end.stdout, end.stderr) for end in ends]
        if seen[0] != seen[1]:
            sys.exit("%s: native %r, remote %r" % (streams, *seen))


if __name__ == "__main__":
    main()
