#!/usr/bin/env python3
"""Writes a program of many functions, or what it prints.

  functions.py ir|expected COUNT [--comdat]

Each function does arithmetic of its own in one of two branches. All are called
in turn, first by direct calls, then through a table of pointers; each gets
what the one before returned. With --comdat each function is in a section of
its own, as a C++ compiler makes inline functions and templates.
"""

import sys

FUNCTION = """
define {linkage}i32 @f{k}(i32 %x) {comdat}{{
  %bit = and i32 %x, 1
  %odd = icmp ne i32 %bit, 0
  br i1 %odd, label %left, label %right
left:
  %a = mul i32 %x, {factor}
  br label %end
right:
  %b = xor i32 %x, {mask}
  br label %end
end:
  %c = phi i32 [ %a, %left ], [ %b, %right ]
  %d = add i32 %c, {k}
  ret i32 %d
}}
"""

MAIN = """
@format = private constant [4 x i8] c"%u\\0A\\00"
declare i32 @printf(ptr, ...)

define i32 @main() {{
entry:
  %direct = call i32 @g0(i32 1)
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %x = phi i32 [ %direct, %entry ], [ %y, %loop ]
  %slot = getelementptr ptr, ptr @table, i64 %i
  %f = load ptr, ptr %slot
  %y = call i32 %f(i32 %x)
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, {count}
  br i1 %more, label %loop, label %end
end:
  %printed = call i32 (ptr, ...) @printf(ptr @format, i32 %y)
  ret i32 0
}}
"""

GROUP = 100


def factor(k):
    return 2 * k + 3


def mask(k):
    return 0x9e3779b1 * k % 2**31


def write_functions(out, count, comdat):
    for k in range(count):
        if comdat:
            out.write("$f%d = comdat any" % k)
        out.write(FUNCTION.format(k=k, factor=factor(k), mask=mask(k),
                                  linkage="linkonce_odr " if comdat else "",
                                  comdat="comdat " if comdat else ""))


def write_groups(out, count):
    """One function for each GROUP, which calls them and the next group."""
    for first in range(0, count, GROUP):
        last = min(first + GROUP, count)
        out.write("\ndefine i32 @g%d(i32 %%v%d) {\n" % (first, first))
        for k in range(first, last):
            out.write("  %%v%d = call i32 @f%d(i32 %%v%d)\n" % (k + 1, k, k))
        result = "v%d" % last
        if last < count:
            result = "rest"
            out.write("  %%rest = call i32 @g%d(i32 %%v%d)\n" % (last, last))
        out.write("  ret i32 %%%s\n}\n" % result)


def write_ir(out, count, comdat):
    write_functions(out, count, comdat)
    write_groups(out, count)
    out.write("\n@table = constant [%d x ptr] [\n" % count)
    out.write(",\n".join("  ptr @f%d" % k for k in range(count)))
    out.write("\n]\n")
    out.write(MAIN.format(count=count))


def result(count):
    x = 1
    for k in list(range(count)) * 2:
        x = x * factor(k) if x & 1 else x ^ mask(k)
        x = (x + k) % 2**32
    return x


def main():
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "expected":
        print(result(count))
    else:
        write_ir(sys.stdout, count, "--comdat" in sys.argv)


if __name__ == "__main__":
    main()
