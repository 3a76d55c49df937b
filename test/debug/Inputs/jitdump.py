#!/usr/bin/env python3
"""jitdump.py [--lines] [--sizes=NM-OUTPUT] SOURCE COMMAND...: runs remote-run
with --perf, and reads the file that it leaves, by perf's specification.

The program prints its functions' addresses and first bytes; the file must have
the same. With --lines it must also have the source lines of every function that
has a marked line. NM-OUTPUT is what llvm-nm --print-size says of an object that
holds the functions: sizes must be its."""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

CODE_LOAD, CODE_DEBUG_INFO = 0, 2


def text_at(data, offset):
    end = data.index(b"\0", offset)
    return data[offset:end].decode(), end + 1


def check(fact, *what):
    if not fact:
        sys.exit("jitdump: " + " ".join(map(str, what)))


def header(data):
    magic, version, size, machine, _, pid, when, flags = struct.unpack_from(
        "<6IQQ", data)
    check(magic == 0x4A695444, "magic", hex(magic))
    check((version, size, machine, flags) == (1, 40, 62, 0), "header",
          (version, size, machine, flags))
    return pid, when


def records(data, first):
    """Yields kind, time and body of each."""
    offset, last = 40, first
    while offset != len(data):
        kind, size, when = struct.unpack_from("<IIQ", data, offset)
        check(16 < size <= len(data) - offset, "a record of", size, "bytes")
        check(when >= last, "time runs backwards")
        yield kind, when, data[offset + 16:offset + size]
        offset, last = offset + size, when


def parse(data):
    """Returns the process id, times, functions by name and lines by address."""
    pid, when = header(data)
    times, functions, lines, described = [when], {}, {}, None
    for kind, when, body in records(data, when):
        times.append(when)
        if kind == CODE_DEBUG_INFO:
            address, number = struct.unpack_from("<QQ", body)
            offset, found = 16, []
            for _ in range(number):
                at, line, _ = struct.unpack_from("<QiI", body, offset)
                name, offset = text_at(body, offset + 16)
                found.append((at, line, name))
            check(offset == len(body), "debug info with a rest")
            check(described is None, "debug info twice")
            lines[address] = found
            described = address
            continue
        check(kind == CODE_LOAD, "record of kind", kind)
        process, thread, vma, address, size, index = struct.unpack_from(
            "<IIQQQQ", body)
        name, offset = text_at(body, 40)
        check(process == pid and thread == pid, "process", process, thread)
        check(vma == address, "vma")
        check(index == len(functions), "index", index)
        check(len(body) - offset == size, "size", size)
        check(described in (None, address), "debug info of nothing")
        check(name not in functions, name, "twice")
        described = None
        functions[name] = (address, body[offset:])
    return pid, times, functions, lines


def check_lines(source, functions, lines):
    with open(source) as file:
        text = file.read().splitlines()
    for number, line in enumerate(text, 1):
        mark = re.search(r"// ([A-Z]+)$", line)
        if not mark:
            continue
        address, code = functions[mark.group(1).lower()]
        entries = lines[address]
        check(any(n == number for _, n, _ in entries), "no line", number)
        for at, n, name in entries:
            check(address <= at <= address + len(code), "line outside")
            check(os.path.samefile(name, source), "file", name)
            # The marked line is the second of three.
            check(n == 0 or abs(n - number) <= 1, "line", n, "in", mark)
        check(entries == sorted(entries), "lines are not in order")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("--sizes")
    parser.add_argument("source")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, JITDUMPDIR=folder)
        start = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        done = subprocess.run(options.command, stdout=subprocess.PIPE,
                              text=True, timeout=100, env=environment)
        end = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        found = [os.path.join(path, name) for path, _, names
                 in os.walk(folder) for name in names]
        check(len(found) == 1, "files", found)
        name = re.fullmatch(re.escape(folder) + r"/\.debug/jit/remote-run-\w+/"
                            r"jit-(\d+)\.dump", found[0])
        check(name, "name", found[0])
        with open(found[0], "rb") as file:
            pid, times, functions, lines = parse(file.read())
    check(str(pid) == name.group(1), "process", pid)
    check(start < times[0] and times[-1] < end, "times", start, times, end)
    shown = [line.split() for line in done.stdout.splitlines()]
    check(len(shown) >= 3, "the program says", done.stdout)
    for function, address, code in shown:
        check(function in functions and functions[function][0] == int(address, 16), function, address)
        check(functions[function][1][:4].hex() == code, function, code)
    if options.lines:
        check_lines(options.source, functions, lines)
    else:
        check(not lines, "lines, but no debug information")
    if options.sizes:
        with open(options.sizes) as file:
            sizes = {words[3]: int(words[1], 16) for words in
                     map(str.split, file) if words[2] in "tT"}
        check(sizes == {function: len(code) for function, (_, code)
                        in functions.items()}, "sizes", sizes)


main()
