"""Changes files of a cache: entries.py CACHE HOW [COMMAND...]

HOW is remove, cut (the last bytes), flip (the second half, but for the checksums), or
each: every file is changed in every way, one at a time, and every time COMMAND has to
print what it prints of the whole cache, which is put back after it. Without a command,
the largest file is changed. With plan, the smallest file that names the function f1990
is flipped: the program's own entry.
"""

import os
import shutil
import subprocess
import sys

TRAILER = 8 + 32 + 8 + 3 * 8


def change(path, how):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    os.remove(path)
    if how == "remove":
        return
    if how == "cut":
        del data[-100:]
    else:
        for at in range(len(data) // 2, len(data) - TRAILER):
            data[at] ^= 0xff
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(data)


def output(command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def main():
    folder, how, *command = sys.argv[1:]
    names = sorted((name for name in os.listdir(folder) if len(name) > 40),
                   key=lambda name: os.path.getsize(os.path.join(folder, name)))
    if how == "plan":
        change(next(path for path in (os.path.join(folder, name) for name in names)
                    if b"f1990" in open(path, "rb").read()), "flip")
        return
    if how != "each":
        change(os.path.join(folder, names[-1]), how)
        return
    whole = folder + ".whole"
    shutil.copytree(folder, whole)
    expected = output(command)
    for name in names:
        for how in "remove", "cut", "flip":
            shutil.rmtree(folder)
            shutil.copytree(whole, folder)
            change(os.path.join(folder, name), how)
            if output(command) != expected:
                sys.exit("%s of %s: another program" % (how, name))
    print("%d files, changed" % len(names))


main()
