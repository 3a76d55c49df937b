#!/usr/bin/env python3
"""Runs programs under remote-run with each of a list of options.

  each.py REMOTE-RUN LLVM-TOOLS SOURCE... <LIST

The list's lines after "# FLAGS:" are "# " and options; those after "# FLAGS OF
LLVM 22:" are left out where LLVM is older, and those after "# FLAGS OF x86_64:"
on another machine. Each program must do with them what the natively linked one
does.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, llvm, *sources = sys.argv[1:]
lists = re.split("# FLAGS(.*):\n", sys.stdin.read())[1:]
version = subprocess.run([os.path.join(llvm, "llvm-config"), "--version"],
                         stdout=subprocess.PIPE, text=True, check=True).stdout
left_out = []
if int(version.split(".")[0]) < 22:
    left_out.append(" OF LLVM 22")
if os.environ.get("TEST_MACHINE", platform.machine()) != "x86_64":
    left_out.append(" OF x86_64")
flags = [line.removeprefix("# ") for whose, lines in zip(lists[::2], lists[1::2])
         if whose not in left_out
         for line in lines.splitlines() if line.strip("# ")]


def execute(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=TIME_LIMIT)
    return done.returncode, done.stdout, done.stderr


failures = []
with tempfile.TemporaryDirectory() as folder:
    for source in sources:
        name = os.path.basename(source).replace(".", "-")
        compiler = "clang++" if source.endswith(".cpp") else "clang"
        compile_ = [os.path.join(llvm, compiler), "-O1", source, "-o"]
        subprocess.run([*compile_, name, "-lm", "-pthread"], cwd=folder,
                       check=True)
        subprocess.run([*compile_, name + ".bc", "-c", "-emit-llvm"],
                       cwd=folder, check=True)
        native = execute([os.path.join(folder, name)], folder)
        for flag in flags:
            command = [remote_run, *flag.split(), name + ".bc"]
            remote = execute(command, folder)
            if remote != native:
                failures.append("%s %s:\nnative %r\nremote %r" %
                                (flag, name, native, remote))
if not flags or failures:
    sys.exit("\n".join(failures) or "no flags")
print(len(flags), "sets of flags")
