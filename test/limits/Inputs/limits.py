"""limits.py <remote-run> <guest.bc> <native> <scratch file>: see limits.test.

The same limits from a shell's hand, before a native program, and from an
option, before the guest: what both do and see has to be the same.
"""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

import limited_run

MIB = 1 << 20
NO_LIMIT = resource.RLIM_INFINITY


def cases(scratch):
    """Limits, options that mean the same, arguments of the program, and what
    is said about the option."""
    return [
        ({}, [], ["shows"], ""),
        ({"CPU": (1, 2)}, ["--limit-cpu=1"], ["spins"],
         "; --limit-cpu=1 allows no more"),
        ({"CPU": (1, 2)}, ["--limit-cpu=700ms"], ["asks"], ""),
        ({"AS": (256 * MIB,) * 2}, ["--limit-memory=256M"], ["memory"], ""),
        ({"STACK": (1 * MIB,) * 2}, ["--limit-stack=1024K"], ["stack"], None),
        ({"STACK": (64 * MIB,) * 2}, ["--limit-stack=64m"], ["stack"], ""),
        ({"FSIZE": (4500,) * 2}, ["--limit-fsize=4500"],
         ["files", scratch], "; --limit-fsize=4500 allows no more"),
        ({"FSIZE": (4500,) * 2}, ["--limit-fsize=4500"],
         ["files-ignored", scratch], ""),
        ({"NOFILE": (20,) * 2}, ["--limit-nofile=20"], ["opens"], ""),
        ({"NOFILE": (1500,) * 2}, ["--limit-nofile=1500"], ["opens"], ""),
        ({"CORE": (0, 0)}, ["--no-core"], ["aborts"], ""),
        ({"CORE": (0, 0)}, ["--disable-core-files"], ["aborts"], ""),
        ({"NPROC": (77,) * 2, "CPU": (30, 31)},
         ["--limit-nproc=77", "--limit-cpu=0.5m"], ["shows"], ""),
        ({"CPU": (NO_LIMIT,) * 2}, ["--limit-cpu=unlimited"], ["shows"], ""),
    ]


def execute(command, limits=None):
    def prepare():
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        for name, values in (limits or {}).items():
            resource.setrlimit(getattr(resource, "RLIMIT_" + name), values)
    return subprocess.run(command, preexec_fn=prepare, capture_output=True,
                          stdin=subprocess.DEVNULL, text=True,
                          timeout=limited_run.session.TIME_LIMIT)


def check(remote_run, guest, native, case):
    limits, options, arguments, said = case
    theirs = execute([native, *arguments], limits)
    ours = execute([remote_run, "--symbolize=off", *options, guest,
                    *arguments])
    assert ours.stdout == theirs.stdout, (case, ours.stdout, theirs.stdout)
    status = theirs.returncode
    assert ours.returncode == status, (case, ours, theirs)
    if status >= 0:
        assert ours.stderr == "", (case, ours.stderr)
    elif said is not None:
        assert re.fullmatch(r"remote-run: error: program '.*' was killed by "
                            r"signal %d \([^)]*\)%s\n" %
                            (-status, re.escape(said)), ours.stderr), \
            (case, ours.stderr)


def check_effect(native, guest, scratch):
    """The cases are such that the limits are felt at all."""
    felt = [execute([native, *arguments], limits)
            for limits, _, arguments, _ in cases(scratch)]
    assert len({(run.returncode, run.stdout) for run in felt}) >= 11, felt


def check_unprivileged(remote_run, guest, native):
    """A limit on processes does not bind root; and nobody else may raise one."""
    user = 60001
    as_user = {"user": user, "group": user, "extra_groups": []} \
        if os.getuid() == 0 else {}

    def run(command, **limits):
        def prepare():
            for name, value in limits.items():
                resource.setrlimit(getattr(resource, "RLIMIT_" + name),
                                   (value, value))
        return subprocess.run(command, preexec_fn=prepare, capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, **as_user,
                              start_new_session=True,
                              timeout=limited_run.session.TIME_LIMIT)
    # Everybody has one process already.
    theirs = run([native, "forks"], NPROC=1)
    ours = run([remote_run, "--limit-nproc=1", guest, "forks"])
    assert "0 children: Resource temporarily" in theirs.stdout, theirs
    assert (ours.returncode, ours.stdout, ours.stderr) == (
        0, theirs.stdout, ""), (ours, theirs)
    if as_user:
        theirs = run([native, "forks"], NPROC=12)
        ours = run([remote_run, "--limit-nproc=12", guest, "forks"])
        # remote-run is a process of this user, too.
        expected = theirs.stdout.replace("11 children", "10 children")
        assert "11 children" in theirs.stdout, theirs
        assert (ours.returncode, ours.stdout, ours.stderr) == (
            0, expected, ""), (ours, theirs)
    done = run([remote_run, "--limit-nofile=4000", guest, "shows"], NOFILE=200)
    assert done.returncode == 0, done
    assert done.stderr == "remote-run: warning: --limit-nofile=4000: the " \
        "system allows no more than 200\n", done.stderr
    assert "nofile: 200, 200\n" in done.stdout, done.stdout
    assert "early: 200, 200\n" in done.stdout, done.stdout


def main():
    remote_run, guest, native, scratch = sys.argv[1:]
    check_effect(native, guest, scratch)
    for case in cases(scratch):
        check(remote_run, guest, native, case)
    # Another user may not get to where we are.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        stub = os.path.join(os.path.dirname(remote_run), "remote-stub")
        remote_run, guest, native, _ = (
            shutil.copy(file, folder)
            for file in (remote_run, guest, native, stub))
        check_unprivileged(remote_run, guest, native)


if __name__ == "__main__":
    main()
