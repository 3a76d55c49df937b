"""Crashes a program in code that an earlier run has made fast, when there is better
code for all of it, and the cache has that:

  improved.py CACHE REMOTE-RUN PROGRAM

The program prints a line, waits for one, and crashes if there is one; the cache's
folder is made anew. Prints what remote-run says.
"""

import json
import os
import shutil
import subprocess
import sys
import time

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))
ATTEMPTS = 100


def leave_fast_code(cache, run):
    """What remote-run has linked is kept by the second run. One that takes long has
    better code already, and is of no use."""
    result = cache + ".json"
    for _ in range(ATTEMPTS):
        shutil.rmtree(cache, ignore_errors=True)
        for _ in range(2):
            subprocess.run(run[:-1] + ["--result-json=" + result, run[-1]], input="",
                           text=True, stdout=subprocess.DEVNULL, timeout=TIME_LIMIT)
        with open(result) as file:
            late = json.load(file)["late"]
        if late["optimized"] < late["compiled"]:
            return
    sys.exit("no run ended before all had better code")


def files(folder):
    return {(entry.name, entry.inode()) for entry in os.scandir(folder)}


def main():
    cache, remote_run, program = sys.argv[1:]
    run = [remote_run, "--lazy=on", "--cache=" + cache, program]
    leave_fast_code(cache, run)
    before = files(cache)
    process = subprocess.Popen(run[:-1] + ["--stats", program], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        process.stdout.readline()
        end = time.monotonic() + TIME_LIMIT
        while files(cache) == before:
            if time.monotonic() > end:
                sys.exit("nothing was added to the cache")
            time.sleep(0.01)
        print(process.communicate("a line\n", timeout=TIME_LIMIT)[1])
    finally:
        process.kill()


if __name__ == "__main__":
    main()
