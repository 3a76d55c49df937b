"""Finds the blocks of LLVM bitcode that can be exchanged, without decoding it.

A block begins with its header, is filled up to 32 bits, and says its length in
words. Where a block follows another one its header is aligned, too, and is then
a word of its own; that is so for nearly all blocks of a module.
https://llvm.org/docs/BitCodeFormat.html#enter-subblock-encoding
"""

import dataclasses
import struct

ENTER_SUBBLOCK = 1
MODULE, FUNCTION = 8, 12
# Those of a module that clang writes: attributes, constants, functions, symbol
# tables, metadata, types, use lists, operand bundle tags, synchronization scopes.
KINDS = (9, 10, 11, FUNCTION, 14, 15, 17, 18, 21, 22, 26)
TOP_WIDTH, MODULE_WIDTH = 2, 3
HEADER_SIZE = 8


@dataclasses.dataclass(frozen=True)
class Block:
    kind: int
    start: int
    end: int


def header(kind, width, inner_width):
    return ENTER_SUBBLOCK | kind << width | inner_width << (width + 8)


HEADERS = {header(kind, MODULE_WIDTH, inner): kind
           for kind in KINDS for inner in range(3, 7)}
MODULE_HEADER = header(MODULE, TOP_WIDTH, MODULE_WIDTH)


def word(data, offset):
    return struct.unpack_from("<I", data, offset)[0]


def block_at(data, offset, kind, limit):
    """The block whose header is there, if its length fits."""
    end = offset + HEADER_SIZE + 4 * word(data, offset + 4)
    return Block(kind, offset, end) if end <= limit else None


def module(data):
    """The first module in the file."""
    for offset in range(0, len(data) - HEADER_SIZE, 4):
        if word(data, offset) == MODULE_HEADER:
            found = block_at(data, offset, MODULE, len(data))
            if found:
                return found
    raise ValueError("no module")


def inner_blocks(data):
    """The blocks directly in the module, as far as they can be seen."""
    outer = module(data)
    found, offset = [], outer.start + HEADER_SIZE
    while offset + HEADER_SIZE <= outer.end:
        kind = HEADERS.get(word(data, offset))
        block = kind and block_at(data, offset, kind, outer.end)
        if block:
            found.append(block)
        offset = block.end if block else offset + 4
    return found


def replace(data, block, content, adjust):
    """The file with another content in place of an inner block.

    With `adjust`, the length of the module is that of its new content.
    """
    outer = module(data)
    changed = bytearray(data)
    if adjust:
        more = len(content) - (block.end - block.start)
        struct.pack_into("<I", changed, outer.start + 4,
                         word(data, outer.start + 4) + more // 4)
    changed[block.start:block.end] = content
    return bytes(changed)
