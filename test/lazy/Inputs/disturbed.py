"""Runs a command again and again while the files of its cache are changed, each time
with a whole cache first:

  disturbed.py CACHE COMMAND...

Files are cut off and written to in place, exchanged, aged and removed. Each run has to
print what it prints of the whole cache, or to refuse what was changed: status 125, and
a diagnostic that says so.
"""

import os
import random
import shutil
import subprocess
import sys
import threading

RUNS = 30
TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))


def disturb(folder):
    names = [name for name in os.listdir(folder) if len(name) > 40]
    path = os.path.join(folder, random.choice(names))
    size = os.path.getsize(path)
    how = random.choice(["cut", "write", "write", "exchange", "age", "remove"])
    if how == "cut":
        os.truncate(path, random.randrange(size))
    elif how == "write":
        with open(path, "r+b") as file:
            file.seek(random.randrange(size))
            file.write(b"\xcc" * random.choice([1, 64, 4096]))
    elif how == "exchange":
        other = os.path.join(folder, random.choice(names))
        shutil.copyfile(other, path + ".new")
        os.replace(path + ".new", path)
    elif how == "age":
        os.utime(path, (1, 1))
    else:
        os.remove(path)


def disturb_until(done, folder, counts):
    while not done.wait(random.random() * 0.004):
        try:
            disturb(folder)
            counts[0] += 1
        except (OSError, IndexError, ValueError):
            pass  # A run was faster.


def main():
    folder, *command = sys.argv[1:]
    random.seed(11)
    whole = folder + ".undisturbed"
    shutil.copytree(folder, whole)
    expected = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    refused, counts = 0, [0]
    for _ in range(RUNS):
        shutil.rmtree(folder)
        shutil.copytree(whole, folder)
        done = threading.Event()
        thread = threading.Thread(target=disturb_until, args=[done, folder, counts])
        thread.start()
        try:
            run = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT)
        finally:
            done.set()
            thread.join()
        if run.returncode == 125 and b"was changed" in run.stderr:
            refused += 1
        elif run.returncode != 0 or run.stdout != expected:
            sys.exit("status %d, output %r\n%s" % (
                run.returncode, run.stdout, run.stderr.decode(errors="replace")))
    if counts[0] == 0:
        sys.exit("nothing was disturbed")
    print("%d runs, of which %d did not get what was changed" % (RUNS, refused))


main()
