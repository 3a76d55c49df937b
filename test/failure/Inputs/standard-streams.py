"""Runs a program whose standard streams are unusual.

  standard-streams.py [--close=N,..] [--stdin=FILE] [--stdout=FILE]
                      [--stderr=FILE] PROGRAM...
"""

import argparse
import os


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--close", default="")
    for name in ("stdin", "stdout", "stderr"):
        parser.add_argument("--" + name)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    files = (options.stdin, options.stdout, options.stderr)
    for number, path in enumerate(files):
        if path:
            mode = os.O_WRONLY if number else os.O_RDONLY
            opened = os.open(path, mode)
            os.dup2(opened, number)
            os.close(opened)
    for number in filter(None, options.close.split(",")):
        os.close(int(number))
    os.execv(options.command[0], options.command)


if __name__ == "__main__":
    main()
