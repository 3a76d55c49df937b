"""BLAKE3 (its specification, section 2), by which entries of the cache are sealed.
For a few kilobytes: it is slow."""

import struct

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
      0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
# The state's words that each step of a round mixes: columns, then diagonals.
QUARTERS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
            (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
BLOCK, CHUNK = 64, 1024
MASK = 0xFFFFFFFF


def rotated(word, count):
    return (word >> count | word << (32 - count)) & MASK


def compress(chaining, block, counter, flags):
    """The first eight words of the output."""
    words = struct.unpack("<16I", block.ljust(BLOCK, b"\0"))
    v = [*chaining, *IV[:4], counter & MASK, counter >> 32, len(block), flags]
    for _ in range(7):
        for step, (a, b, c, d) in enumerate(QUARTERS):
            for word, first, second in ((words[2 * step], 16, 12),
                                        (words[2 * step + 1], 8, 7)):
                v[a] = (v[a] + v[b] + word) & MASK
                v[d] = rotated(v[d] ^ v[a], first)
                v[c] = (v[c] + v[d]) & MASK
                v[b] = rotated(v[b] ^ v[c], second)
        words = [words[index] for index in PERMUTATION]
    return tuple(low ^ high for low, high in zip(v[:8], v[8:]))


def of_chunk(data, number, flags):
    chaining = IV
    starts = range(0, max(len(data), 1), BLOCK)
    for start in starts:
        chaining = compress(
            chaining, data[start:start + BLOCK], number,
            (CHUNK_START if start == 0 else 0) |
            (CHUNK_END | flags if start == starts[-1] else 0))
    return chaining


def of_tree(data, number, flags):
    if len(data) <= CHUNK:
        return of_chunk(data, number, flags)
    # The left part has as many chunks as a power of two allows.
    chunks = 1 << ((len(data) - 1) // CHUNK).bit_length() - 1
    left = of_tree(data[:chunks * CHUNK], number, 0)
    right = of_tree(data[chunks * CHUNK:], number + chunks, 0)
    return compress(IV, struct.pack("<16I", *left, *right), 0, PARENT | flags)


def blake3(data):
    return struct.pack("<8I", *of_tree(bytes(data), 0, ROOT))
