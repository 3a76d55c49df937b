#!/usr/bin/env python3
"""Writes a library of many functions, a program that calls them all, or what
the program prints.

  library.py library|ir|expected COUNT

The library is in C; each function changes what the one before returned.
"""

import sys


def write_library(out, count):
    for k in range(count):
        out.write("unsigned far%d(unsigned x) { return x * %du ^ %du; }\n"
                  % (k, 2 * k + 3, k))


def write_ir(out, count):
    out.write('@format = private constant [4 x i8] c"%u\\0A\\00"\n'
              "declare i32 @printf(ptr, ...)\n")
    for k in range(count):
        out.write("declare i32 @far%d(i32)\n" % k)
    out.write("define i32 @main() {\n"
              "  %v0 = add i32 1, 0\n")
    for k in range(count):
        out.write("  %%v%d = call i32 @far%d(i32 %%v%d)\n" % (k + 1, k, k))
    out.write("  %%printed = call i32 (ptr, ...) @printf(ptr @format, "
              "i32 %%v%d)\n  ret i32 0\n}\n" % count)


def result(count):
    x = 1
    for k in range(count):
        x = x * (2 * k + 3) % 2**32 ^ k
    return x


def main():
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "expected":
        print(result(count))
    else:
        {"library": write_library, "ir": write_ir}[what](sys.stdout, count)


if __name__ == "__main__":
    main()
