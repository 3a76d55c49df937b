#!/usr/bin/env python3
"""controller_memory.py [--forget FOLDER] MIB LINE REMOTE-RUN [argument...]

Runs the program, which says "running" and waits for a line, until remote-run
has at most MIB of private memory; then gives the program the line, and prints
what remote-run says and its exit status. Folder: removed before that line.
"""

import os
import re
import shutil
import subprocess
import sys
import time

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))


def private_memory(pid):
    """In MiB: what no other process has, be it a page of a file."""
    with open("/proc/%d/smaps_rollup" % pid) as file:
        text = file.read()
    return sum(int(re.search(name + r": +(\d+) kB", text).group(1))
               for name in ("Private_Clean", "Private_Dirty",
                            "Private_Hugetlb", "Swap")) / 1024


def main():
    arguments = sys.argv[1:]
    forgotten = None
    if arguments[0] == "--forget":
        forgotten = arguments[1]
        del arguments[:2]
    bound, line, *command = arguments
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        said = process.stdout.readline()
        if said != "running\n":
            sys.exit("the program does not run: " + process.stderr.read())
        end = time.monotonic() + TIME_LIMIT
        while (size := private_memory(process.pid)) > float(bound):
            if time.monotonic() > end:
                sys.exit("remote-run keeps %.1f MiB" % size)
            time.sleep(0.01)
        if forgotten:
            shutil.rmtree(forgotten)
        output, errors = process.communicate(line + "\n", timeout=TIME_LIMIT)
    finally:
        process.kill()
    print(errors + "status", process.returncode)


if __name__ == "__main__":
    main()
