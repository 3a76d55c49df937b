"""steps.py <remote-run> <guest.bc> <folder>: see timeout-steps.test."""

import os
import pathlib
import shutil
import stat
import subprocess
import sys

import limited_run
from limited_run import Run

WIDE = """
define internal void @f%(n)d(ptr %%p) {
  %%x = load volatile i16384, ptr %%p
  %%y = mul i16384 %%x, %%x
  store volatile i16384 %%y, ptr %%p
  ret void
}
"""


def check(step, start):
    """What starts is still in this step, however long it takes."""
    def in_step(run):
        assert run.result["step"], run.result
        return run.result["step"] == step
    run = limited_run.with_time(start, in_step)
    assert run.status == 124 and run.output == "", (run.status, run.output)
    said = run.diagnostic()
    assert said.startswith("the time of --timeout="), said
    assert said.endswith(" ran out while " + step), said
    assert run.result["outcome"] == "timed-out", run.result
    assert run.result["fault"] is None and run.result["signal"] is None
    return run


def check_inputs(remote_run, guest, folder):
    fifo = str(folder / "fifo")
    os.mkfifo(fifo)
    check("reading '%s'" % fifo, lambda time: Run(remote_run, time, fifo))
    check("reading '%s'" % guest, lambda time: Run(
        remote_run, time, "--extra-module=" + fifo, guest))
    # A pipe that somebody holds open, and nobody writes to.
    reader, writer = os.pipe()
    check("reading '-'", lambda time: Run(remote_run, time, stdin=reader))
    os.close(reader)
    os.close(writer)


def check_result_fifo(remote_run, guest, folder):
    """Nobody reads it, so there is no result to be had."""
    fifo = str(folder / "result")
    os.mkfifo(fifo)
    done = subprocess.run(
        [remote_run, "--timeout=0.5", "--result-json=" + fifo, guest],
        capture_output=True, stdin=subprocess.DEVNULL, text=True,
        timeout=limited_run.session.TIME_LIMIT)
    assert (done.returncode, done.stdout, done.stderr) == (
        124, "", "remote-run: error: the time of --timeout=0.5 ran out while "
        "opening '%s'\n" % fifo), done


def check_executor(remote_run, guest, folder):
    """Neither it nor a child of its own stays behind."""
    silent = folder / "silent-stub"
    silent.write_text("#!/bin/sh\nsh -c 'while :; do sleep 100000; done' "
                      "'%s' & wait\n" % silent)
    silent.chmod(stat.S_IRWXU)
    check("waiting for executor '%s'" % silent, lambda time: Run(
        remote_run, time, "--stub=%s" % silent, guest))
    gone = limited_run.session.until(
        lambda: not limited_run.own_processes(str(silent)))
    assert gone, limited_run.own_processes(str(silent))


def check_passes(remote_run, guest, folder):
    """Of one that takes its time, nothing stays behind."""
    for name in ("remote-run", "remote-stub"):
        shutil.copy(pathlib.Path(remote_run).parent / name, folder)
    slow = folder / "remote-passes"
    slow.write_text("#!/bin/sh\nexec %s -c 'import signal; signal.pause()' "
                    "'%s'\n" % (sys.executable, slow))
    slow.chmod(stat.S_IRWXU)
    check("optimizing '%s'" % guest, lambda time: Run(
        str(folder / "remote-run"), time, "--passes=default<O2>", guest))
    assert not limited_run.own_processes(str(slow))


def check_compilation(remote_run, folder):
    """One that takes longer than anybody waits: a product of very wide numbers
    is a sum of a quarter of a million."""
    count = 64
    wide = folder / "wide.ll"
    wide.write_text("@g = global i16384 1\n" +
                    "".join(WIDE % {"n": n} for n in range(count)) +
                    "define i32 @main() {\n" +
                    "".join("  call void @f%d(ptr @g)\n" % n
                            for n in range(count)) + "  ret i32 0\n}\n")
    step = "compiling '%s'" % wide
    cache = folder / "cache"
    check(step, lambda time: Run(remote_run, time, str(wide)))
    check(step, lambda time: Run(remote_run, time, "-j2", "--part-size=1",
                                 "--cache=%s" % cache, str(wide)))
    assert not list(cache.rglob("*.tmp")), list(cache.rglob("*.tmp"))


def main():
    remote_run, guest, name = sys.argv[1:]
    folder = pathlib.Path(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    check_inputs(remote_run, guest, folder)
    check_result_fifo(remote_run, guest, folder)
    check_executor(remote_run, guest, folder)
    check_passes(remote_run, guest, folder)
    check_compilation(remote_run, folder)


if __name__ == "__main__":
    main()
