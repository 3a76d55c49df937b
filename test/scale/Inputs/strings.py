#!/usr/bin/env python3
"""Writes a program of many string constants, or what it prints.

  strings.py ir|expected COUNT

A table points to the strings. The program compares each with what snprintf
makes of its number, and prints how many are right and the sum of their
lengths.
"""

import sys

MAIN = """
@pattern = private constant [11 x i8] c"string %lu\\00"
@format = private constant [9 x i8] c"%lu %lu\\0A\\00"
declare i32 @printf(ptr, ...)
declare i32 @snprintf(ptr, i64, ptr, ...)
declare i32 @strcmp(ptr, ptr)

define i32 @main() {{
entry:
  %buffer = alloca [64 x i8]
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %right = phi i64 [ 0, %entry ], [ %right.next, %loop ]
  %sum = phi i64 [ 0, %entry ], [ %sum.next, %loop ]
  %length = call i32 (ptr, i64, ptr, ...) @snprintf(ptr %buffer, i64 64,
                                                    ptr @pattern, i64 %i)
  %slot = getelementptr ptr, ptr @table, i64 %i
  %string = load ptr, ptr %slot
  %order = call i32 @strcmp(ptr %string, ptr %buffer)
  %equal = icmp eq i32 %order, 0
  %one = zext i1 %equal to i64
  %right.next = add i64 %right, %one
  %wide = sext i32 %length to i64
  %sum.next = add i64 %sum, %wide
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, {count}
  br i1 %more, label %loop, label %end
end:
  %printed = call i32 (ptr, ...) @printf(ptr @format, i64 %right.next,
                                         i64 %sum.next)
  ret i32 0
}}
"""


def string(k):
    return "string %d" % k


def write_ir(out, count):
    for k in range(count):
        text = string(k)
        out.write("@s%d = private unnamed_addr constant [%d x i8] c\"%s\\00\"\n"
                  % (k, len(text) + 1, text))
    out.write("@table = constant [%d x ptr] [\n" % count)
    out.write(",\n".join("  ptr @s%d" % k for k in range(count)))
    out.write("\n]\n")
    out.write(MAIN.format(count=count))


def main():
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "expected":
        print(count, sum(len(string(k)) for k in range(count)))
    else:
        write_ir(sys.stdout, count)


if __name__ == "__main__":
    main()
