#!/usr/bin/env python3
"""Compiles long before a terminal, and where nobody looks.

  progress.py FOLDER REMOTE_RUN ON_TERMINAL

The line of progress comes after a second of reading or compilation: programs are made
larger until it does. No time is asserted.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

folder, remote_run, on_terminal = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)

BODY = "\n".join(
    "  %%a%d = mul i32 %%%s, %d\n  %%b%d = call i32 @other(i32 %%a%d)\n"
    "  %%c%d = xor i32 %%b%d, %d" %
    (k, "c%d" % (k - 1) if k else "x", k + 3, k, k, k, k, k)
    for k in range(300))


def write(count, end="  ret i32 5\n"):
    with open("prog.ll", "w", encoding="ascii") as file:
        file.write('@text = private constant [6 x i8] c"first\\00"\n'
                   "declare i32 @puts(ptr)\n"
                   "define i32 @other(i32 %x) noinline {\n  ret i32 %x\n}\n")
        for number in range(count):
            file.write("define i32 @f%d(i32 %%x) {\n%s\n  ret i32 %%c299\n}\n"
                       % (number, BODY))
        file.write("define i32 @main() {\n  %r = call i32 @puts(ptr @text)\n")
        for number in range(count):
            file.write("  %%r%d = call i32 @f%d(i32 1)\n" % (number, number))
        file.write(end + "}\n")


def demand(condition, *what):
    if not condition:
        sys.exit(str(what))


def on_a_terminal(*options, environment=None):
    command = [sys.executable, on_terminal, remote_run, "--lazy=off", *options,
               "prog.ll"]
    return subprocess.run(command, capture_output=True, timeout=TIME_LIMIT,
                          env={**os.environ, "TERM": "xterm",
                               **(environment or {})})


LINE = re.compile(rb"remote-run: compiling: (\d+) of (\d+) functions\x1b\[K\r")


# That of reading, as often as there is one, and its end.
READING = re.compile(rb"(?:remote-run: (?:reading|optimizing) 'prog\.ll' "
                     rb"\((\d+) s\)\x1b\[K\r)+\x1b\[K")


def check_lines(what, shown, count):
    """Returns what was shown after the line was erased."""
    shown = READING.sub(b"", shown)
    lines = LINE.findall(shown)
    demand(lines, what, "no line", shown[-300:])
    done = [int(number) for number, _ in lines]
    demand({int(number) for _, number in lines} == {count}, what, lines)
    demand(done == sorted(set(done)) and 0 < done[0] and done[-1] <= count,
           what, done)
    rest = LINE.sub(b"", shown)
    demand(rest.startswith(b"\x1b[K"), what, "not erased", rest[:300])
    return rest[len(b"\x1b[K"):]


count = 100


def compile_long(*options, end="  ret i32 5\n"):
    """Until one takes long enough on this machine, as it is now. Returns how it
    ended, and how many functions there are."""
    global count
    while True:
        write(count, end)
        done = on_a_terminal(*options)
        if LINE.search(done.stdout):
            return done, count + len(("main", "other"))
        demand(count < 100000, "never a line")
        # Nothing at all of a short compilation.
        demand(b"compiling" not in done.stdout, done)
        count *= 2


# One thread alone, two, and one that has all in one part.
for options in (["-j1"], ["-j2"], ["--part-size=100000000"]):
    done, functions = compile_long(*options)
    rest = check_lines(options, done.stdout, functions)
    demand((done.returncode, rest) == (5, b"first\r\n"), options, rest)

# A terminal that cannot erase, a file, and a pipe.
done = on_a_terminal("-j1", environment={"TERM": "dumb"})
demand((done.returncode, done.stdout) == (5, b"first\r\n"), "dumb", done)
done = subprocess.run([remote_run, "--lazy=off", "-j1", "prog.ll"], capture_output=True,
                      timeout=TIME_LIMIT, env=dict(os.environ, TERM="xterm"))
demand((done.returncode, done.stdout, done.stderr) == (5, b"first\n", b""),
       "no terminal", done)
done, functions = compile_long("-j1", "--cache=cache")
check_lines("kept", done.stdout, functions)
done = on_a_terminal("-j1", "--cache=cache")
demand((done.returncode, done.stdout) == (5, b"first\r\n"), "a hit", done)

# Reading: functions that nobody calls cost nothing else.
size = 400
while True:
    write(0)
    with open("prog.ll", "a", encoding="ascii") as file:
        for number in range(size):
            file.write("define i32 @u%d(i32 %%x) {\n%s\n  ret i32 %%c299\n}\n"
                       % (number, BODY))
    done = on_a_terminal("-j1")
    found = READING.search(done.stdout)
    if found:
        break
    demand(size < 100000 and b"reading" not in done.stdout,
           "never a line of reading", done)
    size *= 2
demand(READING.sub(b"", done.stdout, count=1) == b"first\r\n" and
       done.returncode == 5, "reading", done)
seconds = [int(each) for each in re.findall(rb"\((\d+) s\)", found[0])]
demand(seconds == list(range(1, len(seconds) + 1)), "seconds", seconds)
done = subprocess.run([remote_run, "--lazy=off", "-j1", "prog.ll"], capture_output=True,
                      timeout=TIME_LIMIT, env=dict(os.environ, TERM="xterm"))
demand((done.returncode, done.stdout, done.stderr) == (5, b"first\n", b""),
       "reading, no terminal", done)

# A diagnostic takes the line's place.
done, functions = compile_long(
    "-j1", end='  call void asm sideeffect "no_such", ""()\n  ret i32 5\n')
rest = check_lines("an error", done.stdout, functions)
demand(done.returncode == 125 and rest.startswith(b"remote-run: error: ") and
       rest.count(b"remote-run: ") == 1, "an error", rest)
