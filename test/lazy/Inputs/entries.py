"""Changes a file of late functions in a cache: entries.py CACHE objects|bodies HOW

The IR of all functions is the largest file there, and their objects are the smallest
but the program's own description. HOW is remove, cut (the last bytes), or flip (all of
what is not checked at once: the second half).
"""

import os
import sys


def main():
    folder, which, how = sys.argv[1:]
    files = sorted((os.path.join(folder, name) for name in os.listdir(folder)
                    if len(name) > 40), key=os.path.getsize)
    bodies = files[-1]
    chosen = bodies if which == "bodies" else objects(files)
    with open(chosen, "rb") as file:
        data = bytearray(file.read())
    os.remove(chosen)
    if how == "cut":
        del data[-100:]
    elif how == "flip":
        trailer = 8 + 32 + 8 + 2 * 32
        for at in range(len(data) // 2, len(data) - trailer):
            data[at] ^= 0xff
    if how != "remove":
        with open(os.open(chosen, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(data)


def objects(files):
    """The one that begins with a count, a number, a tier, a size, and an ELF file."""
    for name in files:
        with open(name, "rb") as file:
            if file.read(17)[13:] == b"\x7fELF":
                return name
    sys.exit("no file of objects")


main()
