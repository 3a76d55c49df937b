#!/usr/bin/env python3
"""Starts the program "prog" of a folder in all ways.

  program-link.py same NATIVE REMOTE      Both folders' programs do the same.
  program-link.py link REMOTE-RUN FOLDER  What a native program has not: the
                                          files beside the link, and options.
"""

import os
import shutil
import subprocess
import sys

LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))  # seconds


def run(command, folder, executable=None, **variables):
    """Status, output and errors; the folder's name is taken out of them."""
    environment = {**os.environ, "FOLDER": folder, **variables}
    done = subprocess.run(command, cwd=folder, env=environment,
                          executable=executable, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=LIMIT)
    return (done.returncode,
            done.stdout.decode().replace(folder, "FOLDER"),
            done.stderr.decode().replace(folder, "FOLDER"))


def ways(folder):
    """Each way to start it."""
    prog = os.path.join(folder, "prog")
    path = folder + ":" + os.environ["PATH"]
    with open(os.path.join(folder, "script"), "w") as script:
        script.write("#!%s 7\n" % prog)
    os.chmod(script.name, 0o755)
    with open(os.path.join(folder, "Makefile"), "w") as makefile:
        makefile.write("check: ; @./prog one 0\nfails: ; @./prog 3\n")
    yield run(["./prog"], folder)
    yield run(["./prog", "two words", "", "0"], folder)
    # What would be options of ours, and a file of options.
    yield run(["./prog", "--help", "-O3", "--", "@script", "-5"], folder)
    yield run([prog, "--version", "42"], folder)
    yield run(["prog", "1"], folder, PATH=path)
    yield run([".//./prog", "1"], folder)
    yield run(["other name", "1"], folder, executable="./prog")
    yield run(["", "1"], folder, executable="./prog")
    # As the interpreter of a script.
    yield run(["./script", "5"], folder)
    yield run(["sh", "-c", "./prog 1 | cat; ./prog 4"], folder)
    yield run(["make", "-s", "check"], folder, MAKEFLAGS="")
    yield run(["make", "-s", "fails"], folder, MAKEFLAGS="")
    # It starts itself.
    yield run(["./prog", "again", "again", "9"], folder)
    yield run(["prog", "again", "9"], folder, PATH=path)


def same(native, remote):
    for want, got in zip(ways(native), ways(remote), strict=True):
        if want != got:
            sys.exit("native %r\nremote %r" % (want, got))


def demand(what, got):
    if not what:
        sys.exit("not as promised: %r" % (got,))


def link(remote_run, folder):
    # The options are not the program's arguments, and are its environment.
    options = "--fake-argv0='x y' --entry-function=main"
    got = run(["./prog", "--stats"], folder, REMOTE_RUN_OPTIONS=options)
    demand(got == (0, "[x y][--stats] " + options + "\n", ""), got)
    got = run(["./prog"], folder, REMOTE_RUN_OPTIONS="--stats")
    demand(got[:2] == (0, "[./prog] --stats\n") and "round trips" in got[2],
           got)
    # Beside the link, and not beside what it leads to.
    os.symlink("../prog", os.path.join(folder, "elsewhere/prog"))
    got = run(["elsewhere/prog"], folder)
    demand(got[0] == 125 and got[1] == "" and got[2].count("\n") == 1 and
           got[2].startswith("remote-run: error: 'elsewhere/prog'") and
           "'elsewhere/prog.bc'" in got[2] and "'elsewhere/prog.ll'" in got[2],
           got)
    # Bitcode goes before text, which does where there is no bitcode.
    text = os.path.join(folder, "prog.ll")
    with open(text, "w") as ir:
        ir.write("define i32 @main() {\n  ret i32 17\n}\n")
    demand(run(["./prog"], folder)[0] == 0, "bitcode")
    os.remove(os.path.join(folder, "prog.bc"))
    demand(run(["./prog"], folder)[0] == 17, "text")
    # Names of ours are no programs, and neither is a copy.
    for name in ("remote-run", "remote-run-22", "remote-run-all-targets"):
        os.symlink(remote_run, os.path.join(folder, name))
        got = run(["./" + name, text], folder)
        demand(got == (17, "", ""), got)
    shutil.copy(remote_run, os.path.join(folder, "copy"))
    stub = os.path.join(os.path.dirname(remote_run), "remote-stub")
    got = run(["./copy", "--stub=" + stub, text], folder)
    demand(got == (17, "", ""), got)


{"same": same, "link": link}[sys.argv[1]](*sys.argv[2:])
