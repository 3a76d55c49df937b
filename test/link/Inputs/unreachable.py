#!/usr/bin/env python3
"""Programs that hold what they cannot get to.

  unreachable.py FOLDER LLVM REMOTE_RUN
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

folder, llvm, remote_run = sys.argv[1:]
os.chdir(folder)

MAIN = """\
source_filename = "prog.c"
declare i32 @puts(ptr)
@text = private unnamed_addr constant [3 x i8] c"ok\\00"
define i32 @main() {
  %%r = call i32 @puts(ptr @text)
%s  ret i32 6
}
"""


def large(name, linkage="", seed=0, calls=""):
    """A function whose body no reader takes for another's."""
    steps = ["  %%v%d = xor i64 %s, %d" %
             (step, "%%v%d" % (step - 1) if step else "%x",
              (step * 0x123456789abcdef % 2**60 | 2**60) ^ seed)
             for step in range(400)]
    return "define %s i64 @%s(i64 %%x) {\n%s%s\n  ret i64 %%v399\n}\n" % (
        linkage, name, calls, "\n".join(steps))


def write(stem, text):
    """As text, and as bitcode."""
    with open(stem + ".ll", "w", encoding="ascii") as file:
        file.write(text)
    subprocess.run([os.path.join(llvm, "llvm-as"), stem + ".ll", "-o",
                    stem + ".bc"], check=True)


def run(*arguments):
    done = subprocess.run([remote_run, "--stats", *arguments],
                          capture_output=True, text=True, timeout=TIME_LIMIT)
    counts = dict(re.findall(r"stats: ([a-z ]+?) +(\d+)$", done.stderr, re.M))
    if (done.returncode, done.stdout) != (6, "ok\n"):
        sys.exit("%s: %s" % (arguments, done))
    return counts


def demand(condition, *what):
    if not condition:
        sys.exit(str(what))


write("small", MAIN % "")
small = run("small.bc")

# Of every kind that a linker does not keep for others, and of one that it does.
for linkage in ("", "internal", "linkonce_odr", "weak", "hidden",
                "available_externally", "weak_odr"):
    write("more", MAIN % "" + large("more", linkage))
    for file in ("more.bc", "more.ll"):
        counts = run(file)
        demand(counts["bytes shipped"] == small["bytes shipped"], linkage,
               file, counts, small)
        demand(counts["sections"] == small["sections"], linkage, file, counts)
write("data", MAIN % "" + "@data = global [9000 x i8] c\"%s\"\n" % ("x" * 9000)
      + "@more = internal constant [1000 x ptr] zeroinitializer\n")
demand(run("data.bc")["bytes shipped"] == small["bytes shipped"], "data")
# What is used is sent: the sizes do tell.
write("used", MAIN % "  %u = call i64 @more(i64 1)\n" +
      large("more"))
demand(int(run("used.bc")["bytes shipped"]) >
       int(small["bytes shipped"]) + 400 * 8, "what is used")

# Undefined symbols, circles, and a use by what is not used itself.
write("undefined", MAIN % "" + "declare void @missing()\n" +
      "@absent = external global i32\n@place = global ptr @absent\n" +
      large("more", calls="  call void @missing()\n  call void @other()\n") +
      "define void @other() {\n  %p = load ptr, ptr @place\n"
      "  %r = call i64 @more(i64 2)\n  ret void\n}\n"
      "@left = global ptr @right\n@right = global ptr @left\n"
      "@alias = alias void (), ptr @other\n"
      "define internal ptr @resolve() {\n  ret ptr @other\n}\n"
      "@indirect = ifunc void (), ptr @resolve\n")
for file in ("undefined.bc", "undefined.ll"):
    counts = run(file)
    demand(counts["bytes shipped"] == small["bytes shipped"], file, counts)

# A strong reference by what is not used, beside a weak one in another file.
write("weakly", MAIN % ("  %null = icmp eq ptr @missing, null\n"
                        "  br i1 %null, label %good, label %bad\n"
                        "bad:\n  call void @missing()\n  ret i32 99\ngood:\n")
      + "declare extern_weak void @missing()\n")
write("strongly", "declare void @missing()\ndefine void @unused() {\n"
      "  call void @missing()\n  ret void\n}\n")
run("--extra-module=strongly.bc", "weakly.bc")
run("--extra-module=weakly.bc", "strongly.bc")

# Only an optimizer reads it: the library's is called.
write("available", MAIN % ("  %a = call i32 @abs(i32 -3)\n"
                           "  %wrong = icmp ne i32 %a, 3\n"
                           "  br i1 %wrong, label %bad, label %good\n"
                           "bad:\n  ret i32 99\ngood:\n") +
      "declare i32 @missing()\n"
      "define available_externally i32 @abs(i32 %n) {\n"
      "  %r = call i32 @missing()\n  ret i32 %r\n}\n")
for option in ("-O0", "-O2", "--part-size=1"):
    run(option, "available.bc")

# The place of a body in the file is where two files differ that differ in it.
write("one", MAIN % "" + large("more", seed=1))
write("two", MAIN % "" + large("more", seed=0x1111111111112))
with open("one.bc", "rb") as one, open("two.bc", "rb") as two:
    good, other = one.read(), two.read()
different = [at for at in range(min(len(good), len(other)))
             if good[at] != other[at]]
first, last = different[0], different[-1]
demand(len(good) == len(other) and last - first > 1000, first, last)
middle = (first + last) // 2
for length in (4, 200, last - middle):
    broken = good[:middle] + b"\xff" * length + good[middle + length:]
    with open("broken.bc", "wb") as file:
        file.write(broken)
    run("broken.bc")
    read = subprocess.run([os.path.join(llvm, "llvm-dis"), "broken.bc", "-o",
                           os.devnull], capture_output=True, check=False)
demand(read.returncode != 0, "a file that cannot be read as a whole")
