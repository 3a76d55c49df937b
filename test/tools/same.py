#!/usr/bin/env python3
"""Runs a program natively and under remote-run, and compares.

  same.py [options] SOURCE... [-- guest arguments...]

Each source (C, C++ or LLVM IR) is compiled twice by clang, to one executable
and to bitcode, at every level of --levels. Both programs are called by the
same name, so argv[0] is the same, too. Standard output, standard error and the
way the process ended must agree, byte for byte; what remote-run itself says of
the program's death by a signal, a line and the indented ones below it, is taken
off.

With --target, native means: linked by Debian's cross compiler, and run by the
emulator that remote-run uses.
"""

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))


def parse_arguments(argv):
    own, guest = argv, []
    if "--" in argv:
        cut = argv.index("--")
        own, guest = argv[:cut], argv[cut + 1:]
    parser = argparse.ArgumentParser()
    parser.add_argument("--remote-run", required=True)
    parser.add_argument("--llvm", required=True, help="folder of LLVM's tools")
    parser.add_argument("--flags", default="", help="for both compilations")
    parser.add_argument("--link", default="", help="for the native link")
    parser.add_argument("--remote", default="", help="options of remote-run")
    parser.add_argument("--library", action="append", default=[],
                        metavar="NAME=FLAGS",
                        help="a shared library of the first source, compiled "
                             "with these flags, for -lNAME; each is linked to "
                             "those before it")
    parser.add_argument("--object", action="append", default=[],
                        metavar="COMPILER=FLAGS",
                        help="a native object of the first source, compiled by "
                             "clang or gcc with these flags")
    parser.add_argument("--levels", default="0,2", help="-O levels, by comma")
    parser.add_argument("--stdin", help="file for standard input")
    parser.add_argument("--target", type=lambda text: text.split(","),
                        default=[None], dest="targets",
                        help="Debian's names of other machines, by comma")
    parser.add_argument("--but", type=lambda text: text.split(","),
                        default=[], help="not for these of --target")
    parser.add_argument("--under", default="",
                        help="command that starts either program")
    parser.add_argument("--arguments",
                        help="file of zero-terminated guest arguments, for "
                             "those that a command line cannot hold")
    parser.add_argument("--status", type=int,
                        help="the exit status that both must have; "
                             "negative for a signal")
    parser.add_argument("--case", action="append", default=[],
                        help="a status and guest arguments, in one word: runs "
                             "the same build once for each")
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args(own)
    if options.arguments:
        with open(options.arguments, "rb") as file:
            guest += file.read().split(b"\0")[:-1]
    options.cases = [(options.status, guest)]
    if options.case:
        options.cases = [(int(status), guest + words) for status, *words in
                         map(shlex.split, options.case)]
    return options


# Where qemu-user has another name than the target starts with.
EMULATORS = {"powerpc64le": "ppc64le"}


def emulator(target):
    if not target:
        return []
    machine = target.split("-")[0]
    name = "qemu-" + EMULATORS.get(machine, machine)
    return [shutil.which(name) or name, "-L", "/usr/" + target]


def run_checked(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("cannot compile: %s\n%s" % (" ".join(command), done.stderr))


def compilers(options, source):
    name = "clang++" if source.endswith((".cpp", ".cc")) else "clang"
    return os.path.join(options.llvm, name)


def build_libraries(options, flags, driver, folder):
    """Returns the options that link them, natively and remotely."""
    linked = []
    for library in options.library:
        name, own = library.split("=", 1)
        source = options.sources[0]
        stem = os.path.join(folder, "lib" + name)
        run_checked([compilers(options, source), *flags, *own.split(), "-fPIC",
                     "-c", source, "-o", stem + ".o"])
        run_checked([*driver, "-shared", stem + ".o", "-L" + folder, *linked,
                     "-Wl,-rpath," + folder, "-o", stem + ".so"])
        linked.insert(0, "-l" + name)
    return ["-L" + folder, *linked] if linked else []


def build_objects(options, target, flags, folder):
    objects = []
    for number, each in enumerate(options.object):
        compiler, own = each.split("=", 1)
        source = options.sources[0]
        command = [compilers(options, source), *flags]
        if compiler == "gcc":
            is_cxx = source.endswith((".cpp", ".cc"))
            command = [(target + "-" if target else "") +
                       ("g++" if is_cxx else "gcc"),
                       *(flag for flag in flags
                         if not flag.startswith("--target="))]
        made = os.path.join(folder, "object%d.o" % number)
        run_checked([*command, *own.split(), "-c", source, "-o", made])
        objects.append(made)
    return objects


def build(options, target, level, folder):
    """Returns the native program, the list of bitcode files, and the options
    for remote-run that stand for everything else."""
    flags = ["-O" + level, "-w"] + options.flags.split()
    if target:
        flags.append("--target=" + target)
    objects, modules = [], []
    for number, source in enumerate(options.sources):
        stem = os.path.join(folder, "prog" if number == 0 else
                            "part%d" % number)
        compiler = compilers(options, source)
        run_checked([compiler, *flags, "-c", source, "-o", stem + ".o"])
        run_checked([compiler, *flags, "-c", "-emit-llvm", source,
                     "-o", stem + ".bc"])
        objects.append(stem + ".o")
        modules.append(stem + ".bc")
    program = os.path.join(folder, "prog")
    is_cxx = any(s.endswith((".cpp", ".cc")) for s in options.sources)
    driver = [os.path.join(options.llvm, "clang++" if is_cxx else "clang"),
              *flags]
    if target:
        # It looks for the lld of -fuse-ld=lld there, too.
        driver = [target + ("-g++" if is_cxx else "-gcc"), "-B", options.llvm]
    libraries = build_libraries(options, flags, driver, folder)
    native = build_objects(options, target, flags, folder)
    run_checked([*driver, *objects, *native, *libraries, *options.link.split(),
                 *(["-Wl,-rpath," + folder] if libraries else []), "-o",
                 program])
    return program, modules, [*libraries,
                              *("--extra-object=" + each for each in native)]


def execute(command, stdin_file):
    with open(stdin_file or os.devnull, "rb") as standard_input:
        try:
            done = subprocess.run(command, stdin=standard_input,
                                  capture_output=True, timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            sys.exit("no end after %d s: %s" % (TIME_LIMIT, command))
    return done.returncode, done.stdout, done.stderr


DEATH = re.compile(rb"remote-run: error: program '.*' was killed by signal "
                   rb"(\d+) .*\n(?:  .*\n)*\Z")


def compare_case(options, target, level, built, expected_status, guest):
    program, modules, linked = built
    under = shlex.split(options.under)
    native = execute([*under, *emulator(target), program, *guest],
                     options.stdin)
    words = b" ".join(map(os.fsencode, guest)).decode(errors="replace")
    where = "-O%s, arguments %.60r" % (level, words)
    if target:
        where = target + ", " + where
    if expected_status is not None and native[0] != expected_status:
        sys.exit("%s: native ended with %d, expected %d\n%s" %
                 (where, native[0], expected_status,
                  (native[1] + native[2]).decode(errors="replace")))
    command = [*under, options.remote_run, *options.remote.split(), *linked]
    if target:
        command.append("--target=" + target)
    for module in modules[1:]:
        command.append("--extra-module=" + module)
    command += [modules[0], *guest]
    status, output, errors = execute(command, options.stdin)
    # Of SIGPIPE nobody speaks, nor of what a terminal's key has sent.
    if native[0] < 0 and native[0] != -signal.SIGPIPE and \
            "on-terminal" not in options.under:
        death = DEATH.search(errors)
        if not death or int(death.group(1)) != -native[0]:
            sys.exit("%s: native died of signal %d, but remote-run said: %s" %
                     (where, -native[0], errors))
        errors = errors[:death.start()]
    for what, want, got in zip(("status", "stdout", "stderr"), native,
                               (status, output, errors)):
        if want != got:
            sys.exit("%s: %s differs\nnative: %r\nremote: %r\n(stderr: %r)" %
                     (where, what, want, got, errors))


def compare(options, target, level):
    with tempfile.TemporaryDirectory() as folder:
        built = build(options, target, level, folder)
        for status, guest in options.cases:
            compare_case(options, target, level, built, status, guest)


def main():
    options = parse_arguments(sys.argv[1:])
    for target in options.targets:
        if target in options.but:
            continue
        for level in options.levels.split(","):
            compare(options, target, level)


if __name__ == "__main__":
    main()
