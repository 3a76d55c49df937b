#!/usr/bin/env python3
"""Runs one step of a corpus program natively and remotely, and compares.

  run_both.py --remote-run FILE --folder DIR [options] PROGRAM [arguments...]

PROGRAM is NAME.bc's path without ".bc"; NAME.native is beside it. Each side works
in a folder of its own, DIR/native and DIR/remote, which keeps its files from
step to step. Both are called by the same argv[0]. Standard output, standard
error, the way the program ended, and all files in the two folders must agree,
byte for byte; then what the program wrote is printed, for FileCheck.
"""

import argparse
import os
import shutil
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--remote-run", required=True)
    parser.add_argument("--remote", action="append", default=[],
                        help="an option of remote-run")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--new", action="store_true",
                        help="start with empty folders")
    parser.add_argument("--copy", action="append", default=[],
                        help="a file or folder to put into both folders; with a "
                             "slash at the end, what is in the folder")
    parser.add_argument("--stdin", help="file for standard input")
    parser.add_argument("--argv0", help="default: PROGRAM")
    parser.add_argument("--status", type=int, default=0,
                        help="the exit status that both must have")
    parser.add_argument("--save", metavar="FILE",
                        help="write standard output here, print none of it")
    parser.add_argument("program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser.parse_args()


def prepare(options, folder):
    if options.new:
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)
    for source in options.copy:
        if source.endswith("/"):
            shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)
            continue
        target = os.path.join(folder, os.path.basename(source))
        if os.path.isdir(source):
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy2(source, target)


def execute(options, folder, command, executable=None):
    """What the program did: status, stdout, stderr."""
    prepare(options, folder)
    with open(options.stdin or os.devnull, "rb") as standard_input:
        try:
            done = subprocess.run(command, executable=executable, cwd=folder,
                                  stdin=standard_input, capture_output=True,
                                  timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            sys.exit("no end after %d s: %s" % (TIME_LIMIT, command))
    return {"status": done.returncode, "stdout": done.stdout,
            "stderr": done.stderr}


def files_below(folder):
    """Relative path -> mode and contents."""
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in folders + names:
            path = os.path.join(parent, name)
            content = b""
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
            found[os.path.relpath(path, folder)] = \
                (os.lstat(path).st_mode, content)
    return found


def first_difference(native, remote):
    """A few bytes of both, from where they part."""
    at = len(os.path.commonprefix([native, remote]))
    start = max(0, at - 60)
    return "from byte %d\n  native: %r\n  remote: %r" % (
        at, native[start:at + 200], remote[start:at + 200])


def compare(native, remote):
    for what, expected in native.items():
        if expected == remote[what]:
            continue
        shown = ("%r\n  remote: %r" % (expected, remote[what])
                 if what == "status" else
                 first_difference(expected, remote[what]))
        sys.exit("%s differs: %s\n(remote stderr: %s)" %
                 (what, shown, remote["stderr"].decode(errors="replace")))


def compare_files(native_folder, remote_folder):
    native, remote = files_below(native_folder), files_below(remote_folder)
    if native.keys() != remote.keys():
        sys.exit("only one side has the files: %s" %
                 sorted(native.keys() ^ remote.keys()))
    for path, (mode, content) in native.items():
        if mode != remote[path][0]:
            sys.exit("%s: mode differs: native %o, remote %o" %
                     (path, mode, remote[path][0]))
        if content != remote[path][1]:
            sys.exit("%s differs: %s" %
                     (path, first_difference(content, remote[path][1])))


def show(options, result):
    if options.save:
        with open(options.save, "wb") as file:
            file.write(result["stdout"])
    else:
        sys.stdout.buffer.write(result["stdout"])
    sys.stdout.buffer.write(result["stderr"])
    sys.stdout.flush()


def main():
    options = parse_arguments()
    program = os.path.abspath(options.program)
    native_program = program + ".native"
    if not (os.path.exists(native_program) and
            os.path.exists(program + ".bc")):
        sys.exit("%s.bc is not there: run utils/corpus first" % program)
    argv0 = options.argv0 or program
    native_folder = os.path.join(options.folder, "native")
    remote_folder = os.path.join(options.folder, "remote")

    native = execute(options, native_folder, [argv0, *options.arguments],
                     executable=native_program)
    command = [options.remote_run, *options.remote]
    if options.argv0:
        command.append("--fake-argv0=" + options.argv0)
    remote = execute(options, remote_folder,
                     [*command, program + ".bc", *options.arguments])
    compare(native, remote)
    compare_files(native_folder, remote_folder)
    show(options, native)
    if native["status"] != options.status:
        sys.exit("both ended with %d, expected %d" %
                 (native["status"], options.status))


if __name__ == "__main__":
    main()
