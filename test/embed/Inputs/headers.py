"""Compiles each public header alone: headers.py [--c] INCLUDE COMPILER...

With --c, as C11, those that are C: others say in their first line what they are.
"""

import os
import pathlib
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

arguments = sys.argv[1:]
is_c = arguments[0] == "--c"
include, *compilers = arguments[is_c:]
headers = [header for header in sorted(pathlib.Path(include).rglob("*.h"))
           if not is_c or "-*- C -*-" in header.read_text().splitlines()[0]]
wrong = 0
for header in headers:
    name = header.relative_to(include)
    for compiler in compilers:
        language = ["-xc", "-std=c11"] if is_c else ["-xc++", "-std=c++20"]
        got = subprocess.run(
            [compiler, *language, "-Wall", "-Wextra", "-Wpedantic", "-Werror",
             "-fsyntax-only", "-I", include, "-"],
            input='#include "%s"\n' % name, text=True, timeout=TIME_LIMIT)
        wrong += got.returncode != 0
sys.exit(wrong != 0 or not headers)
