#!/usr/bin/env python3
"""perf_file.py --llvm=DIR [--lines] [--sizes=NM-OUTPUT] SOURCE COMMAND...: runs
remote-run with --perf, and reads the file that it leaves with LLVM's tools.

The program prints its functions' addresses and first bytes; the file must have
the same. With --lines it must also have the source lines of every function that
has a marked line. NM-OUTPUT is what llvm-nm --print-size says of an object that
holds the functions: sizes must be its."""

import argparse
import os
import re
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))


def check(fact, *what):
    if not fact:
        sys.exit("perf_file: " + " ".join(map(str, what)))


class File:
    def __init__(self, llvm, path):
        self.llvm, self.path = llvm, path
        self.functions = {
            words[3]: (int(words[0], 16), int(words[1], 16))
            for words in map(str.split, self.ask("nm", "--print-size").splitlines())
            if len(words) == 4 and words[2] in "tT"}

    def ask(self, tool, *arguments):
        return subprocess.run([os.path.join(self.llvm, "llvm-" + tool),
                               *arguments, self.path], check=True, text=True,
                              capture_output=True).stdout

    def bytes_at(self, address, count):
        """What lies there once the segments are loaded."""
        for line in self.ask("readelf", "--program-headers", "--wide").splitlines():
            words = line.split()
            if words[:1] != ["LOAD"]:
                continue
            offset, start, _, size = (int(word, 16) for word in words[1:5])
            check("".join(words[6:-1]) == "RE", "rights", line)
            check((offset - start) % 65536 == 0, "no whole pages", line)
            if start <= address and address + count <= start + size:
                with open(self.path, "rb") as file:
                    file.seek(offset + address - start)
                    return file.read(count)
        sys.exit("perf_file: no segment has %x" % address)

    def lines_of(self, function):
        """Pairs of source file and line, of every byte's instruction."""
        start, size = self.functions[function]
        done = subprocess.run(
            [os.path.join(self.llvm, "llvm-symbolizer"), "--obj=" + self.path,
             "--no-inlines", "--functions=none",
             *(hex(start + i) for i in range(size))],
            check=True, text=True, capture_output=True)
        return {tuple(line.rsplit(":", 2)[:2]) for line in
                done.stdout.splitlines() if line}


def check_lines(file, source):
    with open(source) as text:
        lines = text.read().splitlines()
    for number, line in enumerate(lines, 1):
        mark = re.search(r"// ([A-Z]+)$", line)
        if not mark:
            continue
        found = file.lines_of(mark.group(1).lower())
        check(any(n == str(number) for _, n in found), "no line", number)
        for name, n in found:
            check(os.path.samefile(name, source), "file", name)
            # The marked line is the second of three.
            check(n == "0" or abs(int(n) - number) <= 1, "line", n, "in", mark)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--llvm", required=True)
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("--sizes")
    parser.add_argument("source")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, JITDUMPDIR=folder)
        # The second finds its file there.
        for _ in range(2):
            done = subprocess.run(options.command, stdout=subprocess.PIPE,
                                  text=True, timeout=TIME_LIMIT, env=environment)
            found = [os.path.join(path, name) for path, _, names
                     in os.walk(folder) for name in names]
            check(len(found) == 1, "files", found)
        program = os.path.basename(options.command[-1]).removesuffix(".bc")
        check(re.fullmatch(re.escape(folder) + r"/\.debug/jit/remote-run-"
                           r"[0-9a-f]{16}/" + re.escape(program), found[0]),
              "name", found[0])
        file = File(options.llvm, found[0])
        shown = [line.split() for line in done.stdout.splitlines()]
        check(len(shown) >= 3, "the program says", done.stdout)
        for function, address, code in shown:
            address = int(address, 16)
            check(function in file.functions and
                  file.functions[function][0] == address, function, address)
            check(file.bytes_at(address, 4).hex() == code, function, code)
        if options.lines:
            check_lines(file, options.source)
        else:
            check(".debug_line" not in file.ask("readelf", "--sections"),
                  "lines, but no debug information")
        if options.sizes:
            with open(options.sizes) as text:
                sizes = {words[3]: int(words[1], 16) for words in
                         map(str.split, text) if words[2] in "tT"}
            check(sizes == {function: size for function, (_, size)
                            in file.functions.items()}, "sizes", sizes,
                  file.functions)


main()
