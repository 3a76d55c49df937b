#!/usr/bin/env python3
"""Writes a program whose main function is long, or what it prints.

  instructions.py ir|expected COUNT

Blocks of ten instructions, with a branch over each of them: the value comes
from memory and goes there, is changed by a number of the block's own, and
decides whether the next block runs. COUNT is that of all their instructions.
"""

import sys

PER_BLOCK = 10

HEAD = """\
@value = global i64 1
@format = private constant [5 x i8] c"%lu\\0A\\00"
declare i32 @printf(ptr, ...)

define i32 @main() {
  br label %b0
"""

BLOCK = """\
b{k}:
  %l{k} = load i64, ptr @value
  %m{k} = mul i64 %l{k}, {factor}
  %s{k} = lshr i64 %m{k}, 7
  %x{k} = xor i64 %m{k}, %s{k}
  %n{k} = sub i64 %x{k}, {k}
  %t{k} = mul i64 %n{k}, 5
  store i64 %t{k}, ptr @value
  %a{k} = and i64 %t{k}, 3
  %c{k} = icmp eq i64 %a{k}, {k3}
  br i1 %c{k}, label %b{over}, label %b{next}
"""

TAIL = """\
b{count}:
  br label %b{next}
b{next}:
  %last = load i64, ptr @value
  %printed = call i32 (ptr, ...) @printf(ptr @format, i64 %last)
  ret i32 0
}}
"""


def factor(k):
    return 0x5851f42d4c957f2d + 2 * k


def write_ir(out, blocks):
    out.write(HEAD)
    for k in range(blocks):
        out.write(BLOCK.format(k=k, next=k + 1, over=k + 2, factor=factor(k),
                               k3=k % 4))
    out.write(TAIL.format(count=blocks, next=blocks + 1))


def result(blocks):
    value, k = 1, 0
    while k < blocks:
        value = value * factor(k) % 2**64
        value = ((value ^ value >> 7) - k) * 5 % 2**64
        k += 2 if value % 4 == k % 4 else 1
    return value


def main():
    what, blocks = sys.argv[1], int(sys.argv[2]) // PER_BLOCK
    if what == "expected":
        print(result(blocks))
    else:
        write_ir(sys.stdout, blocks)


if __name__ == "__main__":
    main()
