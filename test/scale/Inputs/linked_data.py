#!/usr/bin/env python3
"""Writes a program whose variables refer to one another.

  linked_data.py forward|backward|circle|doubly COUNT

All are local to the module. main walks through COUNT of them, and returns
COUNT % 251; forty functions beside it make it worth several parts.
"""

import sys

shape, count = sys.argv[1], int(sys.argv[2])


def reference(number):
    if 0 <= number < count:
        return "ptr @n%d" % number
    return "ptr @n%d" % (number % count) if shape == "circle" else "ptr null"


print('target triple = "x86_64-unknown-linux-gnu"')
order = range(count - 1, -1, -1) if shape == "backward" else range(count)
for number in order:
    back = reference(number - 1) if shape == "doubly" else "ptr null"
    print("@n%d = internal global { ptr, ptr, i32 } { %s, %s, i32 1 }" %
          (number, reference(number + 1), back))
for number in range(40):
    print("define i32 @f%d(i32 %%x) {\n  %%y = mul i32 %%x, %d\n"
          "  ret i32 %%y\n}" % (number, number))
print("""\
define i32 @main() {
entry:
  br label %loop
loop:
  %at = phi ptr [ @n0, %entry ], [ %next, %loop ]
  %sum = phi i32 [ 0, %entry ], [ %more, %loop ]
  %place = getelementptr { ptr, ptr, i32 }, ptr %at, i32 0, i32 2
  %value = load i32, ptr %place
  %more = add i32 %sum, %value
  %next = load ptr, ptr %at
  %null = icmp eq ptr %next, null
  %first = icmp eq ptr %next, @n0
  %end = or i1 %null, %first
  br i1 %end, label %out, label %loop
out:""")
for number in range(40):
    print("  %%c%d = call i32 @f%d(i32 0)" % (number, number))
print("  %result = urem i32 %more, 251\n  ret i32 %result\n}")
