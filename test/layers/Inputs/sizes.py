"""Checks that no source file is longer than it may be: lib, tools, include, examples.

  sizes.py <root of the sources>
"""

import pathlib
import sys

LINES = 400


def main():
    root = pathlib.Path(sys.argv[1])
    files = [file for top in ("lib", "tools", "include", "examples")
             for file in (root / top).rglob("*")
             if file.suffix in (".h", ".c", ".cpp")]
    lengths = {file: len(file.read_text().splitlines()) for file in files}
    too_long = {file: length for file, length in lengths.items()
                if length > LINES}
    for file, length in sorted(too_long.items()):
        print("%s has %d lines, more than %d" % (file.relative_to(root),
                                                 length, LINES))
    sys.exit(bool(too_long) or not files)


if __name__ == "__main__":
    main()
