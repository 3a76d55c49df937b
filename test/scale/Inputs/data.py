#!/usr/bin/env python3
"""Writes a program with an array of initialised data, or what it prints.

  data.py ir|expected MEBIBYTES

No two blocks of a mebibyte are equal. The program changes the first byte of
each block, so that the array has to be writable, and prints the sum of all
bytes, each times the number of its block, from 1.
"""

import sys

BLOCK = 1024 * 1024
# Printable, without the two that the IR's syntax needs.
ALPHABET = bytes(c for c in range(0x20, 0x7f) if c not in b'"\\')

MAIN = """
@format = private constant [5 x i8] c"%lu\\0A\\00"
declare i32 @printf(ptr, ...)

define i32 @main() {{
entry:
  br label %block
block:
  %b = phi i64 [ 0, %entry ], [ %b.next, %block.end ]
  %total = phi i64 [ 0, %entry ], [ %total.next, %block.end ]
  %start = mul i64 %b, {block}
  %first = getelementptr i8, ptr @data, i64 %start
  %old = load i8, ptr %first
  %new = add i8 %old, 1
  store i8 %new, ptr %first
  br label %byte
byte:
  %i = phi i64 [ 0, %block ], [ %i.next, %byte ]
  %sum = phi i64 [ 0, %block ], [ %sum.next, %byte ]
  %place = getelementptr i8, ptr %first, i64 %i
  %value = load i8, ptr %place
  %wide = zext i8 %value to i64
  %sum.next = add i64 %sum, %wide
  %i.next = add i64 %i, 1
  %more = icmp ult i64 %i.next, {block}
  br i1 %more, label %byte, label %block.end
block.end:
  %b.next = add i64 %b, 1
  %weighed = mul i64 %sum.next, %b.next
  %total.next = add i64 %total, %weighed
  %again = icmp ult i64 %b.next, {count}
  br i1 %again, label %block, label %end
end:
  %printed = call i32 (ptr, ...) @printf(ptr @format, i64 %total.next)
  ret i32 0
}}
"""


def block(number):
    """The alphabet over and over, with the block's number at the start."""
    text = (b"block %d " % number) + ALPHABET * (BLOCK // len(ALPHABET) + 1)
    return text[:BLOCK]


def write_ir(out, count):
    out.write(b'@data = global [%d x i8] c"' % (count * BLOCK))
    for number in range(count):
        out.write(block(number))
    out.write(b'"\n')
    out.write(MAIN.format(count=count, block=BLOCK).encode())


def main():
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "expected":
        print(sum((sum(block(b)) + 1) * (b + 1) for b in range(count)))
    else:
        write_ir(sys.stdout.buffer, count)


if __name__ == "__main__":
    main()
