"""Runs remote-run on every so many bytes of a bitcode file.

  truncated.py <file.bc> <scratch file> <command>...
"""

import subprocess
import sys

PIECES = 60


def main():
    bitcode, scratch, *command = sys.argv[1:]
    with open(bitcode, "rb") as file:
        whole = file.read()
    step = max(1, len(whole) // PIECES)
    # The last few bytes are padding of the last block.
    for size in [1, 2, 3, *range(4, len(whole) - 4, step)]:
        with open(scratch, "wb") as file:
            file.write(whole[:size])
        done = subprocess.run([*command, scratch], capture_output=True,
                              stdin=subprocess.DEVNULL)
        errors = done.stderr.decode(errors="replace")
        if done.returncode != 125 or done.stdout or \
                not errors.startswith("remote-run: error: ") or \
                errors.count("remote-run: ") != 1 or scratch not in errors:
            sys.exit("%d of %d bytes: status %d, %r" %
                     (size, len(whole), done.returncode, errors))


if __name__ == "__main__":
    main()
