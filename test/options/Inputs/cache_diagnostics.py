#!/usr/bin/env python3
"""What a diagnostic says of a program that comes from the cache.

  cache_diagnostics.py FOLDER REMOTE_RUN
"""

import os
import sys

from cache_runs import (PARTS, demand, demand_program, entries, program, run,
                        write)

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
CACHE = "--cache=cache"


def twice(what, files, *options, status=125):
    """Runs it from an empty cache, then from the cache under other names."""
    for number, text in enumerate(files):
        write("first%d.ll" % number, text)
        write("then%d.ll" % number, text)
    said = []
    for stem in ("first", "then"):
        extra = ["--extra-module=%s%d.ll" % (stem, number)
                 for number in range(1, len(files))]
        done = run(remote_run, CACHE, *options, *extra, stem + "0.ll")
        plain = run(remote_run, *options, *extra, stem + "0.ll")
        demand((done.status, done.output, done.errors) ==
               (plain.status, plain.output, plain.errors),
               what + ": the same as without a cache", done, plain)
        demand(done.status == status, "status %d" % status, done)
        said.append(done.errors)
    demand(said[1] == said[0].replace("first", "then"),
           what + ": today's names", *said)
    return said[1]


MISSING = "declare i32 @missing%s()\ndefine i32 @use%s() {\n" \
    "  %%r = call i32 @missing%s()\n  ret i32 %%r\n}\n"
START = "declare i32 @use1()\ndeclare i32 @use2()\ndefine i32 @main() {\n" \
    "  %a = call i32 @use1()\n  %b = call i32 @use2()\n  ret i32 0\n}\n"
for cut in ([], ["--part-size=1"]):
    said = twice("undefined symbols",
                 [START, MISSING % (1, 1, 1), MISSING % (2, 2, 2)], *cut)
    for place in ("function use1 in then1.ll", "function use2 in then2.ll"):
        demand("referenced by " + place in said, place, said)
    twice("an undefined symbol of one file",
          [START + (MISSING % (1, 1, 1)) + (MISSING % (2, 2, 2))], *cut)
    # A warning of code generation comes each time.
    said = twice("a warning", [
        "define void @f() {\n  ret void\n}\n"
        "define i32 @main() {\n  call void @f()\n"
        '  call void asm sideeffect ".warning \\22careful\\22", ""()\n'
        "  ret i32 4\n}\n"], *cut, status=4)
    demand("careful" in said, "the warning", said)
twice("a symbol in two files",
      ["define i32 @main() {\n  ret i32 0\n}\n"] * 2)
twice("no entry", ["define i32 @other() {\n  ret i32 0\n}\n"])
twice("no IR", ["define i32 @main() {\n  ret i32 %undefined\n}\n"])

# What fails to compile is not kept.
before = entries("cache")
twice("code that no machine has", [
    'define i32 @main() {\n  call void asm sideeffect "no_such", ""()\n'
    "  ret i32 0\n}\n"])
demand(entries("cache") == before, "nothing kept of a failure")

# The warning of one part stays when another is edited, and when there is no
# entry of the program any more.
CAREFUL = 'define void @careful() {\n' \
    '  call void asm sideeffect ".warning \\22careful\\22", ""()\n' \
    "  ret void\n}\n"


def with_warning(**changes):
    return program(**changes).replace(
        "ret i32 3", "call void @careful()\n  ret i32 3") + CAREFUL


write("prog.ll", with_warning())
write("edited.ll", with_warning(changed={4: 5}))
for file, total in (("prog.ll", 276), ("edited.ll", 277)):
    done = run(remote_run, CACHE, PARTS, file)
    demand(done.errors.count("careful") > 0, "the warning for " + file, done)
    done.errors = ""
    demand_program(file, done, total)
