#!/usr/bin/env python3
"""Makes bitcode that says it is of LLVM 99, and that cannot be read.

  of-other-llvm.py IN.bc OUT.bc

The producer is a string of characters of six bits (LLVM's "LLVM Bitcode File
Format", identification block, char6).
"""

import string
import sys

CHAR6 = string.ascii_lowercase + string.ascii_uppercase + string.digits + "._"


def bits_of(text):
    return sum(CHAR6.index(letter) << 6 * number
               for number, letter in enumerate(text))


contents = bytearray(open(sys.argv[1], "rb").read())
START = 64  # The block is within the first bytes.
start = int.from_bytes(contents[:START], "little")
mask = (1 << 6 * len("LLVM")) - 1
place = next(place for place in range(START * 8)
             if start >> place & mask == bits_of("LLVM"))
place += 6 * len("LLVM")
start &= ~(((1 << 6 * len("99")) - 1) << place)
start |= bits_of("99") << place
contents[:START] = start.to_bytes(START, "little")
# Within the block of the module, whose length stays. Zeroes could end blocks.
contents[200:240] = b"\xff" * 40
open(sys.argv[2], "wb").write(contents)
