"""Copies a file with another value of one byte.

  foreign.py <file> <copy> <offset> <value>
"""

import pathlib
import sys

original, copy, offset, value = sys.argv[1:]
data = bytearray(pathlib.Path(original).read_bytes())
data[int(offset)] = int(value)
pathlib.Path(copy).write_bytes(data)
