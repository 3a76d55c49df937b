#!/usr/bin/env python3
"""Programs that depend on other files than their IR: what assembly includes, and
what options name. None of them is found in a cache when such a file has changed.

  cache_files.py FOLDER REMOTE_RUN
"""

import os
import platform
import shutil
import subprocess
import sys

from cache_runs import PARTS, demand, entries, program, run, write

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)

# main prints the text at @blob.
PRINTS = """\
%s
declare i32 @puts(ptr)
define i32 @main() {
  %s
  %%r = call i32 @puts(ptr %%p)
  ret i32 3
}
"""
OF_MODULE = "module asm \".section .rodata\"\nmodule asm \"blob:\"\n%s\n" \
    "module asm \".byte 0\"\nmodule asm \".text\"\n" \
    "@blob = external hidden global i8"
AT_BLOB = "%p = getelementptr i8, ptr @blob, i64 0"
MACHINE = os.environ.get("TEST_MACHINE", platform.machine())
ADDRESS = ("adr $0, 1f\\0Ab 2f" if MACHINE == "aarch64" else
           "leaq 1f(%%rip), $0\\0Ajmp 2f")
OF_FUNCTION = "%%p = call ptr asm sideeffect \"" + ADDRESS + "\\0A" \
    "1: %s\\0A.byte 0\\0A.p2align 2\\0A2:\", \"=r\"()"


def of_module(*lines):
    return PRINTS % (OF_MODULE % "\n".join(
        "module asm \"%s\"" % line.replace('"', "\\22") for line in lines),
        AT_BLOB)


write("module.ll", of_module('.incbin "data.bin"'))
write("upper.ll", of_module('.INCBIN "data.bin"'))
write("text.ll", of_module('.include "data.s"'))
# A directive that stands nowhere in the IR.
write("macro.ll", of_module(".macro put how", '.inc\\5Chow "data.bin"', ".endm",
                            "put bin"))
write("function.ll", PRINTS % ("", OF_FUNCTION % '.incbin \\22data.bin\\22'))
write("operand.ll", PRINTS % ("@bin = global i8 0", (
    OF_FUNCTION % '.inc${1:c} \\22data.bin\\22').replace(
        '"=r"()', '"=r,i"(ptr @bin)')))


def put(text):
    write("data.bin", text)
    write("data.s", '.ascii "%s"\n' % text)


def checked(what, text, *arguments):
    done = run(remote_run, *arguments)
    demand((done.status, done.output, done.errors) == (3, text + "\n", ""),
           "%s: %s" % (what, text), done)
    return done


def not_kept(remote_run, *arguments):
    """What --stats says about it."""
    done = subprocess.run([remote_run, "--stats", *arguments],
                          capture_output=True, text=True, timeout=TIME_LIMIT)
    said = [line for line in done.stderr.splitlines() if " not kept " in line]
    demand(len(said) <= 1, "one reason", done)
    return said[0] if said else ""


for name in ("module", "upper", "text", "macro", "function", "operand"):
    for where in (["--cache=cache"], ["-enable-cache-manager",
                                      "-object-cache-dir=objects"]):
        for text in ("first", "first", "second"):
            put(text)
            checked(name, text, *where, name + ".ll")
        demand(not os.path.exists("cache") or not entries("cache"),
               name + ": nothing kept", where)
        said = not_kept(remote_run, *where, name + ".ll")
        demand("data." in said and "assembly" in said, name + ": why", said)
demand(not os.path.exists("objects") or not os.listdir("objects"),
       "no object kept")

# Of a program in parts, the others are kept.
write("parts.ll", program().replace(
    "@main() {\n", "@main() {\n  " + OF_FUNCTION %
    '.incbin \\22data.bin\\22' + "\n"))
for text, is_first in (("first", True), ("first", False), ("second", False)):
    put(text)
    done = run(remote_run, "--cache=cache", PARTS, "parts.ll")
    demand(done.status == 3 and done.errors == "", "parts", done)
    demand(done.misses > 0 and (done.hits == 0) == is_first,
           "what includes a file is made each time, the rest is not", done)
shutil.rmtree("cache")
write("plain.ll", program())
demand(not_kept(remote_run, "--cache=cache", "plain.ll") == "",
       "no reason where there is none")

# A list of functions that an option names: in which sections their blocks are.
LIST = "--basic-block-sections="


def with_list(what, names, *options, cut=()):
    write("list.txt", "v1\n" + "".join("f %s\nc 0\n" % name for name in names))
    done = run(remote_run, "--cache=cache", *options, *cut, "plain.ll")
    demand((done.status, done.errors) == (3, ""), what, done)
    return done


for cut in ((), (PARTS,)):
    for option in ([LIST + "list.txt"], ["-" + LIST[2:-1], "list.txt"],
                   [LIST + os.path.abspath("list.txt")]):
        shutil.rmtree("cache")
        first = with_list("first", ["add1", "main"], *option, cut=cut)
        demand(first.hits == 0, "nothing there", first)
        again = with_list("again", ["add1", "main"], *option, cut=cut)
        demand(again.misses == 0 and
               again.counts["sections"] == first.counts["sections"],
               "the same list: a hit", first, again)
        other = with_list("another", ["add2"], *option, cut=cut)
        demand(other.hits == 0, "another list: a miss", other)
        back = with_list("back", ["add1", "main"], *option, cut=cut)
        demand(back.misses == 0, "both are kept", back)
# One that can be read once only is left to LLVM.
os.mkfifo("fifo")
for _ in range(2):
    writer = subprocess.Popen(["sh", "-c", "cat list.txt >fifo"])
    done = subprocess.run([remote_run, "--cache=cache", "--stats",
                           LIST + "fifo", "plain.ll"],
                          capture_output=True, text=True, timeout=TIME_LIMIT)
    writer.wait(timeout=TIME_LIMIT)
    demand(done.returncode == 3 and "'fifo'" in done.stderr and
           " not kept " in done.stderr, "a pipe", done)

# What asks for the compilation itself is no reason for silence.
said = not_kept(remote_run, "--cache=cache", "--emit-asm=plain.s", "plain.ll")
demand("compilation" in said, "--emit-asm", said)
