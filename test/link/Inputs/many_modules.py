#!/usr/bin/env python3
"""Writes a program of many modules of LLVM IR, and runs it.

  many_modules.py FOLDER COUNT COMMAND...

The command, of remote-run, is given the modules and the main file.
Module k has a function of its own, which calls the next one, a
private constant and a static function that have the same names everywhere, a
weak function that all define, and a constructor.
"""

import os
import subprocess
import sys

MODULE = """\
@name = private constant [5 x i8] c"m{k:03}\\00"
@state{k} = global i32 {k}
@Count = external global i32
@llvm.global_ctors = appending global [1 x {{ i32, ptr, ptr }}]
  [{{ i32, ptr, ptr }} {{ i32 65535, ptr @construct, ptr null }}]

declare i32 @atoi(ptr)
{declarations}

define weak i32 @shared() {{
  ret i32 {k}
}}

define internal i32 @helper() noinline {{
  %digits = getelementptr i8, ptr @name, i64 1
  %number = call i32 @atoi(ptr %digits)
  ret i32 %number
}}

define internal void @construct() {{
  %before = load i32, ptr @Count
  %after = add i32 %before, 1
  store i32 %after, ptr @Count
  ret void
}}

; The sum of what is left: this one's number, and the next ones'.
define i32 @step{k}() {{
  %own = call i32 @helper()
  %state = load i32, ptr @state{k}
  %weak = call i32 @shared()
  %a = add i32 %own, %state
  %b = add i32 %a, %weak
{calls}
}}
"""

MAIN = """\
@Count = global i32 0
@format = private constant [13 x i8] c"%d %d of %d\\0A\\00"
declare i32 @printf(ptr, ...)
declare i32 @step1()

define i32 @main() {{
  %constructed = load i32, ptr @Count
  %sum = call i32 @step1()
  %printed = call i32 (ptr, ...) @printf(ptr @format, i32 %sum,
                                         i32 %constructed, i32 {count})
  ret i32 0
}}
"""


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    os.makedirs(folder, exist_ok=True)
    names = []
    for k in range(1, count + 1):
        if k == count:
            declarations, calls = "", "  ret i32 %b"
        else:
            declarations = "declare i32 @step%d()" % (k + 1)
            calls = ("  %%rest = call i32 @step%d()\n"
                     "  %%all = add i32 %%b, %%rest\n"
                     "  ret i32 %%all" % (k + 1))
        names.append("part%d.ll" % k)
        with open(os.path.join(folder, names[-1]), "w") as file:
            file.write(MODULE.format(k=k, declarations=declarations,
                                     calls=calls))
    with open(os.path.join(folder, "main.ll"), "w") as file:
        file.write(MAIN.format(count=count))
    # The first weak definition counts, and it returns 1.
    total = sum(k + k + 1 for k in range(1, count + 1))
    command = sys.argv[3:] + ["--extra-module=" + name for name in names]
    done = subprocess.run(command + ["main.ll"], cwd=folder, text=True,
                          stdout=subprocess.PIPE)
    expected = "%d %d of %d\n" % (total, count, count)
    if (done.returncode, done.stdout) != (0, expected):
        sys.exit("expected %r, got %r" % (expected, done))


if __name__ == "__main__":
    main()
