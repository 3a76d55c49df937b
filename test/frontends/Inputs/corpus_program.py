#!/usr/bin/env python3
"""Compiles a C program of utils/corpus with other flags than it does.

  corpus_program.py --llvm TOOLS --sources DIR [--flags F] [--link F] STEM

NAME is the last part of STEM, bzip2 or lua. Makes STEM.native, linked from
objects, and STEM.bc, linked from bitcode that the same compiler made with the
same flags.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

BZIP2 = ["blocksort", "huffman", "crctable", "randtable", "compress",
         "decompress", "bzlib", "bzip2"]


def sources_of(name, folder):
    """The files to compile, and the flags that the program needs itself."""
    if name == "bzip2":
        return [folder / (stem + ".c") for stem in BZIP2], []
    if name == "lua":
        files = sorted((folder / "src").glob("*.c"))
        return ([file for file in files if file.stem != "luac"],
                ["-std=gnu99", "-DLUA_COMPAT_5_3", "-DLUA_USE_LINUX"])
    sys.exit("no such program: " + name)


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("cannot build: %s\n%s" % (shlex.join(command), done.stderr))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--llvm", type=pathlib.Path, required=True)
    parser.add_argument("--sources", type=pathlib.Path, required=True)
    parser.add_argument("--flags", default="")
    parser.add_argument("--link", default="")
    parser.add_argument("stem", type=pathlib.Path)
    options = parser.parse_args()
    files, own = sources_of(options.stem.name, options.sources)
    clang = str(options.llvm / "clang")
    flags = ["-w", *own, *options.flags.split()]
    with tempfile.TemporaryDirectory() as folder:
        # A header that Debian's build of Lua makes.
        with open(os.path.join(folder, "lua5.4-deb-multiarch.h"), "w",
                  encoding="utf-8") as header:
            header.write('#define DEB_HOST_MULTIARCH "none"\n')
        commands, objects, modules = [], [], []
        for file in files:
            target = os.path.join(folder, file.stem)
            compile_ = [clang, *flags, "-I", folder, "-c", str(file), "-o"]
            commands.append([*compile_, target + ".o"])
            commands.append([*compile_, target + ".bc", "-emit-llvm"])
            objects.append(target + ".o")
            modules.append(target + ".bc")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(run, commands))
        run([clang, *flags, *objects, "-lm", *options.link.split(), "-o",
             str(options.stem) + ".native"])
        run([str(options.llvm / "llvm-link"), *modules, "-o",
             str(options.stem) + ".bc"])


if __name__ == "__main__":
    main()
