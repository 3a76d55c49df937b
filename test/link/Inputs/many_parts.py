#!/usr/bin/env python3
"""Writes a C program of many files, and links it natively and remotely.

  many_parts.py FOLDER COUNT LLVM-TOOLS REMOTE-RUN

By turns the files become IR, objects of clang, objects of gcc, and members of
archives, ten in each. File k has a function that calls the next one, a variable
that the one before it reads, static names that are the same everywhere, and a
weak function and a common variable that all have.
"""

import os
import subprocess
import sys

FILE = """\
#include <stdlib.h>
static const char Name[] = "%(k)d";
static int helper(void) { return atoi(Name); }
int State%(k)d = %(k)d;
__attribute__((weak)) int shared(void) { return 1; }
int Common;
extern int State%(next)d;
int step%(next)d(int);
int step%(k)d(int Sum) {
  Common += 2;
  return step%(next)d(Sum + helper() + State%(next)d + shared());
}
"""

LAST = """\
int State%(k)d = %(k)d;
extern int Common;
int step%(k)d(int Sum) { return Sum + Common; }
"""

MAIN = """\
#include <stdio.h>
int step1(int);
int main(void) { printf("%d\\n", step1(0)); return 0; }
"""

KINDS = ("module", "object", "gcc", "member")


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("%s\n%s" % (command, done.stderr))
    return done.stdout


def main():
    folder, count, llvm, remote_run = sys.argv[1:]
    count = int(count)
    os.makedirs(folder)
    files = {kind: [] for kind in KINDS}
    for k in range(1, count + 1):
        name = "part%d" % k
        with open(os.path.join(folder, name + ".c"), "w",
                  encoding="ascii") as file:
            file.write((FILE if k < count else LAST) % {"k": k, "next": k + 1})
        files[KINDS[k % 4]].append(name)
    with open(os.path.join(folder, "main.c"), "w", encoding="ascii") as file:
        file.write(MAIN)

    def compile_(kind, compiler, *flags):
        sources = [name + ".c" for name in files[kind]]
        run([compiler, "-O1", "-fcommon", *flags, "-c", *sources], folder)

    clang = os.path.join(llvm, "clang")
    compile_("module", clang)
    compile_("object", clang)
    compile_("gcc", "gcc", "-fPIC")
    compile_("member", clang, "-fPIC")
    compile_("module", clang, "-emit-llvm")
    run([clang, "-O1", "-c", "-emit-llvm", "main.c", "-o", "prog.bc"], folder)
    archives = []
    members = [name + ".o" for name in files["member"]]
    for start in range(0, len(members), 10):
        archives.append("lib%d.a" % start)
        run([os.path.join(llvm, "llvm-ar"), "rcs", archives[-1],
             *members[start:start + 10]], folder)
    objects = [name + ".o" for kind in KINDS[:3] for name in files[kind]]
    run([clang, "main.c", *objects, "-Wl,--start-group", *archives,
         "-Wl,--end-group", "-o", "prog"], folder)
    native = run(["./prog"], folder)
    remote = run([remote_run,
                  *("--extra-archive=" + name for name in archives),
                  *("--extra-module=%s.bc" % name for name in files["module"]),
                  *("--extra-object=" + name for name in objects
                    if name.removesuffix(".o") not in files["module"]),
                  "prog.bc"], folder)
    # Each file adds its number, the next one's, and one; all but the last add
    # two to the variable that the last adds.
    expected = sum(k + (k + 1) + 1 for k in range(1, count)) + 2 * (count - 1)
    if not native == remote == "%d\n" % expected:
        sys.exit("expected %d, native %r, remote %r" %
                 (expected, native, remote))
    print(*("%d %s" % (len(files[kind]), kind) for kind in KINDS))


if __name__ == "__main__":
    main()
