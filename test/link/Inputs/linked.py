#!/usr/bin/env python3
"""Links a program of many parts natively and under remote-run, and compares.

  linked.py [options] PART... [-- guest arguments...]

A part is ROLE[:FLAG...]=FILE, its flags parted by colons:
  main      the IR that remote-run is given as its file
  module    IR, for --extra-module
  object    an object made by clang, for --extra-object
  gcc       an object made by gcc or g++, for --extra-object
  archive   FILE,FILE...: members made by clang, for --extra-archive; a name
            with "gcc!" before it is made by gcc
  thin      the same, a thin archive

The native program is linked from objects of the same compilers, parts in the
same order, all archives in one group at the end. Output and the way the
process ended must agree, byte for byte. With --fails the native link must
fail, and remote-run with one diagnostic, before anything has run; it must be
the same at all levels and is printed once, for FileCheck.
"""

import argparse
import itertools
import os
import re
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))
CXX = (".cpp", ".cc")


class Part:
    def __init__(self, text, number):
        role, _, self.value = text.rpartition("=")
        self.role, *self.flags = role.split(":")
        self.number = number
        if self.role not in ("main", "module", "object", "gcc", "archive",
                             "thin"):
            sys.exit("no such part: " + text)


def parse_arguments(argv):
    own, guest = argv, []
    if "--" in argv:
        cut = argv.index("--")
        own, guest = argv[:cut], argv[cut + 1:]
    parser = argparse.ArgumentParser()
    parser.add_argument("--remote-run", required=True)
    parser.add_argument("--llvm", required=True, help="folder of LLVM's tools")
    parser.add_argument("--flags", default="", help="for every compilation")
    parser.add_argument("--link", default="", help="for the native link")
    parser.add_argument("--remote", default="", help="options of remote-run")
    parser.add_argument("--levels", default="0,2", help="-O levels, by comma")
    parser.add_argument("--variants", default="",
                        help="flags for the objects, by comma: all is done "
                             "with each")
    parser.add_argument("--any-order", action="store_true",
                        help="all orders of the parts besides main")
    parser.add_argument("--fails", action="store_true")
    parser.add_argument("--only-remote-fails", action="store_true",
                        help="the same, but the native link may succeed")
    parser.add_argument("--or-refused", metavar="REGEX",
                        help="agree, or fail with one diagnostic that matches")
    parser.add_argument("--status", type=int, default=0)
    parser.add_argument("parts", nargs="+")
    options = parser.parse_args(own)
    options.parts = [Part(text, number)
                     for number, text in enumerate(options.parts)]
    options.fails |= options.only_remote_fails
    options.guest = guest
    return options


def run_checked(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("cannot build: %s\n%s" % (" ".join(command), done.stderr))


class Builder:
    """Compiles parts in a folder, as one combination of flags wants them."""

    def __init__(self, options, level, variant, folder):
        self.options, self.folder = options, folder
        self.flags = ["-O" + level, "-w"] + options.flags.split()
        self.variant = [variant] if variant else []
        self.native, self.remote = {}, {}

    def compile(self, source, stem, flags, gcc=False, ir=False):
        is_cxx = source.endswith(CXX)
        if gcc:
            compiler = "g++" if is_cxx else "gcc"
        else:
            compiler = os.path.join(self.options.llvm,
                                    "clang++" if is_cxx else "clang")
        target = os.path.join(self.folder, stem + (".bc" if ir else ".o"))
        run_checked([compiler, *self.flags, *flags,
                     *(["-emit-llvm"] if ir else []),
                     "-c", source, "-o", target])
        return target

    def build(self, part):
        name = os.path.basename(part.value)
        if part.role in ("main", "module"):
            stem = "prog" if part.role == "main" else name
            self.native[part] = self.compile(part.value, stem, part.flags)
            self.remote[part] = self.compile(part.value, stem, part.flags,
                                             ir=True)
        elif part.role in ("object", "gcc"):
            self.native[part] = self.remote[part] = self.compile(
                part.value, name, part.flags + self.variant,
                gcc=part.role == "gcc")
        else:
            self.native[part] = self.remote[part] = self.archive(part)

    def archive(self, part):
        members = []
        for source in part.value.split(","):
            gcc = source.startswith("gcc!")
            source = source[len("gcc!"):] if gcc else source
            members.append(self.compile(source, os.path.basename(source),
                                        part.flags + self.variant, gcc=gcc))
        target = os.path.join(self.folder, "lib%d.a" % part.number)
        thin = ["--thin"] if part.role == "thin" else []
        run_checked([os.path.join(self.options.llvm, "llvm-ar"), "rcs", *thin,
                     target, *members])
        return target

    def link(self, parts):
        """Returns the native program, or None and the linker's words."""
        is_cxx = any(name.endswith(CXX)
                     for part in parts for name in part.value.split(","))
        driver = os.path.join(self.options.llvm,
                              "clang++" if is_cxx else "clang")
        all_flags = self.flags + self.variant + sum(
            (part.flags for part in parts), [])
        archives = [p for p in parts if p.role in ("archive", "thin")]
        program = os.path.join(self.folder, "prog")
        command = [driver, *self.flags, *self.variant, "-o", program]
        if "-fno-pic" in all_flags:
            command.append("-no-pie")
        command += [self.native[p] for p in parts if p not in archives]
        command += ["-Wl,--start-group", *(self.native[p] for p in archives),
                    "-Wl,--end-group", *self.options.link.split()]
        done = subprocess.run(command, capture_output=True, text=True)
        return (program if done.returncode == 0 else None), done.stderr

    def remote_command(self, parts):
        command = [self.options.remote_run, *self.options.remote.split()]
        for part in parts[1:]:
            kind = {"gcc": "object", "thin": "archive"}.get(part.role,
                                                            part.role)
            command.append("--extra-%s=%s" % (kind, self.remote[part]))
        return command + [self.remote[parts[0]], *self.options.guest]


def execute(command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        sys.exit("no end after %d s: %s" % (TIME_LIMIT, command))
    return done.returncode, done.stdout, done.stderr


def is_refusal(status, output, errors):
    return (status, output) == (125, b"") and \
        len(re.findall("^remote-run: error: ", errors, re.M)) == 1


def check_failure(options, builder, parts, where):
    program, _ = builder.link(parts)
    if program and not options.only_remote_fails:
        sys.exit(where + ": linked natively, but should not")
    status, output, errors = execute(builder.remote_command(parts))
    errors = errors.decode(errors="replace")
    if not is_refusal(status, output, errors):
        sys.exit("%s: expected status 125 and one diagnostic, got %d\n"
                 "stdout: %r\nstderr: %s" % (where, status, output, errors))
    return errors.replace(builder.folder + os.sep, "")


def check_agreement(options, builder, parts, where):
    program, complaint = builder.link(parts)
    if not program:
        sys.exit("%s: cannot link natively: %s" % (where, complaint))
    native = execute([program, *options.guest])
    if native[0] != options.status:
        sys.exit("%s: the native program ended with %d, expected %d\n%s" %
                 (where, native[0], options.status, native[1:]))
    remote = execute(builder.remote_command(parts))
    errors = remote[2].decode(errors="replace")
    if options.or_refused and is_refusal(remote[0], remote[1], errors) and \
            re.search(options.or_refused, errors, re.S):
        return
    for what, want, got in zip(("status", "stdout", "stderr"), native, remote):
        if want != got:
            sys.exit("%s: %s differs\nnative: %r\nremote: %r\n(stderr: %r)" %
                     (where, what, want, got, remote[2]))


def check(options, builder, parts, where, refusals):
    if options.fails:
        refusals.add(check_failure(options, builder, parts, where))
    else:
        check_agreement(options, builder, parts, where)


def main():
    options = parse_arguments(sys.argv[1:])
    first, *rest = options.parts
    orders = [rest]
    if options.any_order:
        orders = itertools.permutations(rest)
    orders = [[first, *order] for order in orders]
    refusals = set()
    for level in options.levels.split(","):
        for variant in options.variants.split(","):
            with tempfile.TemporaryDirectory() as folder:
                builder = Builder(options, level, variant, folder)
                for part in options.parts:
                    builder.build(part)
                for parts in orders:
                    where = "-O%s %s (%s)" % (
                        level, variant,
                        " ".join(os.path.basename(p.value) for p in parts))
                    check(options, builder, parts, where, refusals)
    if len(refusals) > 1:
        sys.exit("the diagnostics differ:\n" + "\n".join(refusals))
    print(*refusals, end="")


if __name__ == "__main__":
    main()
