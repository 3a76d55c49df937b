#!/usr/bin/env python3
"""What makes a cached program another one, and what does not.

  cache_key.py FOLDER REMOTE_RUN REMOTE_STUB
"""

import os
import sys

from cache_runs import (FUNCTIONS, PARTS, SUM, demand, demand_program, program,
                        run, write)

folder, remote_run, remote_stub = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
CACHE = "--cache=cache"
write("prog.ll", program())
write("renamed.ll", program())
write("spaced.ll", program() + "\n")
write("changed.ll", program({5: 6}))
write("other.ll", program(entry="other"))
write("extra.ll", "define i32 @unused() {\n  ret i32 0\n}\n")
write("options.rsp", CACHE + " " + PARTS)


def all_hit(what, *arguments, total=SUM, cut=True):
    done = run(remote_run, CACHE, *([PARTS] if cut else []), *arguments)
    if "--trace" in arguments:
        done.errors = ""
    demand_program(what, done, total)
    demand(done.misses == 0 and done.hits == done.parts + 1,
           what + ": the program and each part from the cache", done)
    return done


def all_miss(what, *arguments, total=SUM, cut=True, hits=0):
    done = run(remote_run, CACHE, *([PARTS] if cut else []), *arguments)
    demand_program(what, done, total)
    # A program in one part is looked for as a whole.
    misses = 1 if done.parts == 1 else done.parts + 1 - hits
    demand((done.hits, done.misses) == (hits, misses),
           "%s: %d hits, %d misses" % (what, hits, misses), done)
    again = all_hit(what + ", again", *arguments, total=total, cut=cut)
    # What the next run has linked is found by all that.
    for run_number in range(2):
        linked = run(remote_run, CACHE, *([PARTS] if cut else []), *arguments,
                     links=False)
        demand_program(what + ", linked", linked, total)
    # Code with another model has addresses of libraries in it.
    demand(linked.was_linked_before or "code-model" in what,
           what + ": linked before", linked)
    for name in ("bytes shipped", "bytes sent", "sections", "symbols"):
        demand(done.counts[name] == again.counts[name],
               "%s: as many %s from the cache" % (what, name), done, again)
    return done


first = all_miss("an empty cache", "prog.ll")
parts = first.parts
demand(parts > 4, "a program of several parts", first)

for what, *arguments in (
        ("nothing else", "prog.ll"),
        ("another name", "renamed.ll"),
        ("another folder", "../" + os.path.basename(folder) + "/prog.ll"),
        ("arguments of the program", "prog.ll", "-O0", "x"),
        ("one thread", "-j1", "prog.ll"),
        ("more threads", "-j", "3", "prog.ll"),
        ("--trace", "--trace", "prog.ll"),
        ("--executor-timeout", "--executor-timeout=20", "prog.ll"),
        ("--executor-timeout apart", "--executor-timeout", "20", "prog.ll"),
        ("--fake-argv0", "--fake-argv0=x", "prog.ll"),
        ("--disable-core-files", "--disable-core-files", "prog.ll"),
        ("--debugger-support", "--debugger-support", "prog.ll"),
        ("--stub", "--stub=" + remote_stub, "prog.ll"),
        ("a library", "--dlopen=libm.so.6", "prog.ll"),
        ("-L and -l", "-L.", "-lm", "prog.ll"),
        ("--abs", "--abs=device=0x1000", "prog.ll"),
        ("--cache-policy", "--cache-policy=prune_after=48h", "prog.ll"),
        ("the default entry by name", "--entry-function=main", "prog.ll")):
    all_hit(what, *arguments)
all_hit("a response file", "@options.rsp", "prog.ll", cut=False)
with open("prog.ll", "rb") as text:
    done = run(remote_run, CACHE, PARTS, stdin=text)
    demand_program("standard input", done)
    demand(done.misses == 0, "a hit on standard input", done)

for option in ("-O0", "-O1", "-O3", "-mcpu=haswell", "-mattr=+avx2",
               "-code-model=large", "-code-model=medium",
               "-relocation-model=static", "-frame-pointer=all",
               "-emulated-tls", "-function-sections"):
    all_miss(option, option, "prog.ll")
all_miss("-O apart", "-O", "0", "changed.ll", total=SUM + 1)
all_miss("the other entry", "--entry-function=other", "other.ll")
all_miss("one part", "prog.ll", cut=False)
all_miss("other parts", "--part-size=50", "prog.ll", cut=False)

# The program is another one, its parts are the same.
all_miss("a byte that means nothing", "spaced.ll", hits=parts)
# Names that no other file can see are nothing that code is made of.
write("names.ll", program().replace("@format", "@.str.7").replace(
    "prog.c", "other.c"))
all_miss("another private name", "names.ll", hits=parts)
all_miss("an extra module without effect", "--extra-module=extra.ll",
         "prog.ll", hits=parts)

# An edit of any function: its part and the program are made anew, no more.
for number in range(FUNCTIONS):
    write("edited.ll", program({number: number + 1}))
    done = run(remote_run, CACHE, PARTS, "edited.ll")
    demand_program("function %d edited" % number, done, SUM + 1)
    demand((done.hits, done.misses) == (parts - 1, 2),
           "function %d edited: its part and the program miss" % number, done)
