"""no_room.py REMOTE_RUN: see no-room.test."""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

# Half of that is more than an executor with so little address space reserves.
LAUNCHER = "--launcher=prlimit --as=%d" % (100 << 20)
PAGE = 4096
PROGRAM = """
@big = global [%d x i8] zeroinitializer
define i32 @main() {
  %%last = getelementptr i8, ptr @big, i64 %d
  store volatile i8 7, ptr %%last
  %%r = load volatile i8, ptr %%last
  %%w = zext i8 %%r to i32
  ret i32 %%w
}
"""


def run(size, *options):
    with open("prog.ll", "w", encoding="ascii") as file:
        file.write(PROGRAM % (size, size - 1))
    return subprocess.run([sys.argv[1], "--trace", LAUNCHER, *options,
                           "prog.ll"], capture_output=True, text=True,
                          timeout=TIME_LIMIT)


def segments(done):
    return re.findall(r"trace: > Reserve (\d+) segments", done.stderr)


def main():
    small = run(PAGE, "--debugger-support=false")
    slab = int(re.search(r"slab of (\d+) bytes", small.stderr)[1])
    assert slab <= 50 << 20, slab
    shown = run(PAGE, "--debugger-support")
    assert int(segments(shown)[0]) == int(segments(small)[0]) + 1, shown
    for pages in range(1, 64):
        size = slab - pages * PAGE
        plain = run(size, "--debugger-support=false")
        if plain.returncode == 7:
            break
        assert plain.returncode == 125, plain
    shown = run(size, "--debugger-support")
    assert shown.returncode == 7, shown
    # Or the test would be of a program that leaves room.
    assert segments(shown) == segments(plain), shown


if __name__ == "__main__":
    main()
