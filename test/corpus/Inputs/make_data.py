#!/usr/bin/env python3
"""Writes a few megabytes that no compressor finds easy throughout.

  make_data.py FILE

Text made of few words, long runs, the same block again, and noise, always the
same: the generator of the random module is specified, and so is its seed.
"""

import random
import sys


def main():
    generator = random.Random(2022)
    words = [bytes(generator.choices(range(97, 123), k=generator.randrange(1, 9)))
             for _ in range(3000)]
    text = b" ".join(generator.choices(words, k=250000))
    noise = generator.randbytes(700000)
    with open(sys.argv[1], "wb") as file:
        file.write(text)
        file.write(b"\0" * 1500000)
        file.write(b"ab" * 200000)
        file.write(noise)
        file.write(text[:300000])
        file.write(bytes(range(256)) * 100)


if __name__ == "__main__":
    main()
