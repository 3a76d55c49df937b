#!/usr/bin/env python3
"""Writes a program that refers to many functions of the system's libraries.

  symbols.py LLVM COUNT

LLVM is the folder of LLVM's tools: clang tells where libc, libm and libstdc++
are, and llvm-nm what they define. The program compares the address of each
function with what dlsym says of its name, prints the names for which they
differ, and how many agree.
"""

import os
import subprocess
import sys

LIBRARIES = ("libc.so.6", "libm.so.6", "libstdc++.so.6")
FUNCTIONS = "TWi"

MAIN = """
@format = private constant [5 x i8] c"%lu\\0A\\00"
declare i32 @printf(ptr, ...)
declare i32 @puts(ptr)
declare ptr @dlsym(ptr, ptr)

define i32 @main() {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %step ]
  %right = phi i64 [ 0, %entry ], [ %right.next, %step ]
  %slot = getelementptr ptr, ptr @table, i64 %i
  %function = load ptr, ptr %slot
  %name.slot = getelementptr ptr, ptr @names, i64 %i
  %name = load ptr, ptr %name.slot
  %found = call ptr @dlsym(ptr null, ptr %name)
  %same = icmp eq ptr %function, %found
  br i1 %same, label %step, label %differs
differs:
  %shown = call i32 @puts(ptr %name)
  br label %step
step:
  %one = zext i1 %same to i64
  %right.next = add i64 %right, %one
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, {count}
  br i1 %more, label %loop, label %end
end:
  %printed = call i32 (ptr, ...) @printf(ptr @format, i64 %right.next)
  ret i32 0
}}
"""


def output_of(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def functions_of(tools, library):
    """The functions that are defined in their default version."""
    path = output_of(os.path.join(tools, "clang++"),
                     "-print-file-name=" + library).strip()
    names = []
    for line in output_of(os.path.join(tools, "llvm-nm"), "--dynamic",
                          "--defined-only", path).splitlines():
        _, kind, symbol = line.split()
        name, at, version = symbol.partition("@@")
        if kind in FUNCTIONS and at:
            names.append(name)
    return names


def choose(tools, count):
    """Evenly from each library; none twice, and none that MAIN declares."""
    taken = {"printf", "puts", "dlsym", "main"}
    chosen = []
    for number, library in enumerate(LIBRARIES):
        names = [n for n in functions_of(tools, library) if n not in taken]
        wanted = (count - len(chosen)) // (len(LIBRARIES) - number)
        if len(names) < wanted:
            sys.exit("%s has only %d functions" % (library, len(names)))
        chosen += names[::len(names) // wanted][:wanted]
        taken.update(chosen)
    return chosen


def main():
    out, count = sys.stdout, int(sys.argv[2])
    names = choose(sys.argv[1], count)
    for k, name in enumerate(names):
        out.write("declare void @%s()\n" % name)
        out.write('@name%d = private constant [%d x i8] c"%s\\00"\n'
                  % (k, len(name) + 1, name))
    for table, entry in (("table", lambda k: names[k]),
                         ("names", lambda k: "name%d" % k)):
        out.write("@%s = constant [%d x ptr] [%s]\n" % (
            table, count, ", ".join("ptr @" + entry(k)
                                    for k in range(count))))
    out.write(MAIN.format(count=count))


if __name__ == "__main__":
    main()
