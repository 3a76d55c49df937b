#!/usr/bin/env python3
"""A cache under another remote-run and another remote-passes, and with code that
is another one only for what is linked to it.

  cache_programs.py FOLDER REMOTE_RUN REMOTE_PASSES REMOTE_STUB
"""

import os
import re
import shutil
import sys

from cache_runs import (PARTS, demand, demand_program, program, run, write)

folder, remote_run, remote_passes, remote_stub = sys.argv[1:]
os.makedirs(folder + "/bin")
os.chdir(folder)
CACHE = "--cache=cache"
OWN = os.path.abspath("bin/remote-run")
PASSES = os.path.abspath("bin/remote-passes")
write("prog.ll", program())


def write_passes(comment):
    """It stands for remote-passes, and is another file with another comment."""
    write(PASSES, "#!/bin/sh\n# %s\nexec %s \"$@\"\n" % (comment, remote_passes))
    os.chmod(PASSES, 0o755)
    os.utime(PASSES, (1, 1))  # Neither size nor time tells them apart.


def check(what, is_hit, binary, *options, file="prog.ll"):
    done = run(binary, CACHE, *options, file)
    demand_program(what, done)
    demand((done.misses == 0) == is_hit, "%s: %s" %
           (what, "a hit" if is_hit else "a miss"), done)
    return done


# Another build, of the same version: the linker's build id tells.
shutil.copy(remote_run, OWN)
os.symlink(remote_stub, "bin/remote-stub")
check("first", False, OWN)
check("the same build under another name", True, remote_run,
      "--stub=" + remote_stub)
with open(OWN, "r+b") as binary:
    note = re.search(rb"\x04\0\0\0.\0\0\0\x03\0\0\0GNU\0", binary.read(), re.S)
    binary.seek(note.end())
    first = binary.read(1)
    binary.seek(note.end())
    binary.write(bytes([first[0] ^ 1]))
check("another build", False, OWN)
check("another build, again", True, OWN)

# Another optimizer.
write_passes("the first")
OPTIMIZED = "--passes=default<O1>"
check("the first optimizer", False, OWN, OPTIMIZED)
check("the first optimizer, again", True, OWN, OPTIMIZED)
write_passes("the other")
check("another optimizer", False, OWN, OPTIMIZED)

# What passes print, they print each time.
PRINTS = "--passes=function(print<domtree>)"
said = []
for what in ("printed", "printed again"):
    done = run(OWN, CACHE, PRINTS, "prog.ll")
    said.append(done.errors)
    done.errors = ""
    demand_program(what, done)
demand("DominatorTree for function: main" in said[0] and said[0] == said[1],
       "the same, twice", *said)

# The code of a part with thread-local variables depends on how much room all
# parts together need for theirs: emulated ones are others.
THREAD_LOCAL = "@shared = %sthread_local global i32%s\n"
USES = "define i32 @%s(i32 %%x) {\n  %%p = call ptr " \
    "@llvm.threadlocal.address.p0(ptr @shared)\n  %%v = load i32, ptr %%p\n" \
    "  %%w = add i32 %%v, %%x\n  store i32 %%w, ptr %%p\n%s" \
    "  ret i32 %%w\n}\ndeclare ptr @llvm.threadlocal.address.p0(ptr)\n"
write("prog.ll", program().replace(
    "ret i32 3", "%s = call i32 @other(i32 1)\n  %t = call i32 @own(i32 0)\n"
    "  %three = add i32 %t, -3\n  ret i32 %three").replace(
        "define i32 @main", "declare i32 @other(i32)\ndefine i32 @main")
      + THREAD_LOCAL % ("", " 5") + USES % ("own", ""))
OF_OTHER = "  %q = call ptr @llvm.threadlocal.address.p0(ptr @block)\n" \
    "  store volatile i8 1, ptr %q\n"
for size in (40, 4000):
    write("more.ll", "@block = thread_local global [%d x i8] zeroinitializer\n" %
          size + THREAD_LOCAL % ("external ", "") + USES % ("other", OF_OTHER))
    for what in ("thread-local variables of %d bytes", "again, %d bytes"):
        demand_program(what % size, run(remote_run, CACHE, PARTS,
                                        "--extra-module=more.ll", "prog.ll"))

# What an entry without a result computes last is not the status.
write("prog.ll", "@seven = global i32 7\ndefine void @main() {\n"
      "  %r = load volatile i32, ptr @seven\n  ret void\n}\n")
for what in ("an entry without a result", "an entry without a result, again"):
    done = run(remote_run, CACHE, "prog.ll")
    demand((done.status, done.output) == (0, ""), what, done)
