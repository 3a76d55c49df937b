#!/usr/bin/env python3
"""Writes a program whose text is of a given size, or what it prints.

  text.py ir|expected MEBIBYTES

Most of it are tables of numbers, in decimal digits; for each there is a
function that adds it up, a struct that points to both, a comment, and
metadata. The program prints the sum of all functions' results.
"""

import sys

NUMBERS = 512
# What is written for a table is of the same size everywhere.
LOWEST = 10**15

TABLE = """
; table {k}: {comment}
@table{k} = constant [{numbers} x i64] [{values}]
@entry{k} = constant {{ i64, ptr, ptr }} {{ i64 {k}, ptr @table{k}, ptr @sum{k} }}
define i64 @sum{k}(ptr %table) !kind !{k} {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %sum = phi i64 [ {k}, %entry ], [ %sum.next, %loop ]
  %place = getelementptr i64, ptr %table, i64 %i
  %value = load i64, ptr %place
  %sum.next = add i64 %sum, %value
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, {numbers}
  br i1 %more, label %loop, label %end
end:
  ret i64 %sum.next
}}
!{k} = !{{!"table", i32 {k}, !"{comment}"}}
"""

MAIN = """
@format = private constant [5 x i8] c"%lu\\0A\\00"
declare i32 @printf(ptr, ...)

define i32 @main() {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %total = phi i64 [ 0, %entry ], [ %total.next, %loop ]
  %slot = getelementptr ptr, ptr @entries, i64 %i
  %entry.at = load ptr, ptr %slot
  %table.slot = getelementptr {{ i64, ptr, ptr }}, ptr %entry.at, i64 0, i32 1
  %sum.slot = getelementptr {{ i64, ptr, ptr }}, ptr %entry.at, i64 0, i32 2
  %table = load ptr, ptr %table.slot
  %sum = load ptr, ptr %sum.slot
  %one = call i64 %sum(ptr %table)
  %total.next = add i64 %total, %one
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, {count}
  br i1 %more, label %loop, label %end
end:
  %printed = call i32 (ptr, ...) @printf(ptr @format, i64 %total.next)
  ret i32 0
}}
"""


def values(k):
    return range(LOWEST + k, LOWEST + k + 7 * NUMBERS, 7)


def table(k):
    return TABLE.format(k=k, numbers=NUMBERS, comment="x" * 200,
                        values=", ".join("i64 %d" % v for v in values(k)))


def count_for(size):
    return size // len(table(10**4)) + 1


def write_ir(out, count):
    for k in range(count):
        out.write(table(k))
    out.write("@entries = constant [%d x ptr] [%s]\n" % (
        count, ", ".join("ptr @entry%d" % k for k in range(count))))
    out.write(MAIN.format(count=count))


def main():
    what, size = sys.argv[1], int(sys.argv[2]) * 2**20
    count = count_for(size)
    if what == "expected":
        print(sum(k + sum(values(k)) for k in range(count)) % 2**64)
    else:
        write_ir(sys.stdout, count)


if __name__ == "__main__":
    main()
