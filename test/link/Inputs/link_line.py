#!/usr/bin/env python3
"""Gives one line of inputs to GNU ld, to lld and to remote-run, and compares.

The line is a linker's: objects, archives, -l, -L, --whole-archive and the like.
main.c is compiled for each of the three; the outputs of the programs, and their
statuses, must be the same.
"""

import argparse
import os
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))


def native_words(words):
    for word in words:
        is_linkers = word.startswith("--")
        yield from (["-Xlinker", word] if is_linkers else [word])
    # What the driver adds is not meant.
    yield from ["-Xlinker", "--no-whole-archive"]


def remote_words(words):
    for word in words:
        if word.endswith(".o"):
            word = "--extra-object=" + word
        elif word.endswith(".a") and not word.startswith("-"):
            word = "--extra-archive=" + word
        elif word.endswith(".so") and not word.startswith("-"):
            word = "--extra-library=" + word
        yield word


def outcome_of(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=TIME_LIMIT,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True)
    return done.returncode, done.stdout, done.stderr


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--remote-run", required=True)
    parser.add_argument("--llvm", required=True)
    parser.add_argument("--linkers", default="bfd,lld")
    given, words = parser.parse_known_args()
    clang = os.path.join(given.llvm, "clang")
    os.environ["PATH"] = given.llvm + ":" + os.environ["PATH"]
    subprocess.check_call([clang, "-c", "-emit-llvm", "main.c", "-o",
                           "main.bc"])
    remote = outcome_of([given.remote_run, *remote_words(words), "main.bc"])
    print(remote[1], end="")
    for linker in given.linkers.split(","):
        subprocess.check_call(
            [clang, "-fuse-ld=" + linker, "-Wl,-rpath,.:one:two:sub", "main.c",
             *native_words(words), "-o", "main"])
        native = outcome_of(["./main"])
        if native != remote:
            sys.exit(f"{' '.join(words)}: {linker} {native}, remote {remote}")


main()
