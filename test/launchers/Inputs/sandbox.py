"""sandbox.py REMOTE-RUN TRIES.BC: see sandbox.test."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402

# As in docs/launchers.md.
RECIPE = ("bwrap --unshare-all --die-with-parent --ro-bind / / --dev /dev "
          "--proc /proc")
remote_run, program = sys.argv[1:]


def run(*arguments, launcher=RECIPE, options=()):
    launched = ["--launcher=" + launcher] if launcher else []
    done = subprocess.run(
        [remote_run, "--no-core", *launched, *options, program, *arguments],
        capture_output=True, text=True, timeout=session.TIME_LIMIT)
    return done.returncode, done.stdout, done.stderr


def check_writing():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "written")
        assert run("write", path) == \
            (1, "write: Read-only file system\n", ""), run("write", path)
        assert not os.path.exists(path)
        # Without the sandbox it can; and where the recipe lets it.
        assert run("write", path, launcher="") == (0, "write: done\n", "")
        os.unlink(path)
        open_folder = "%s --bind %s %s" % (RECIPE, folder, folder)
        assert run("write", path, launcher=open_folder)[0] == 0
        assert os.path.exists(path)


def check_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert run("connect", port) == \
            (1, "connect: Connection refused\n", ""), run("connect", port)
        assert run("connect", port, launcher="") == (0, "connect: done\n", "")


def check_ends():
    for status in ("0", "1", "125", "255"):
        assert run("status", status) == (int(status), "", ""), status
    status, output, errors = run("abort")
    assert (status, output) == (-signal.SIGABRT, ""), (status, output)
    assert "was killed by signal 6 (SIGABRT" in errors, errors
    assert "main at " in errors and "tries.c:" in errors, errors


def check_time():
    status, output, errors = run("wait", options=["--timeout=2s"])
    assert status == 124, (status, output, errors)
    assert errors.count("remote-run: error: ") == 1, errors


def descendants(process):
    found = session.children(process)
    for child in list(found):
        found += descendants(child)
    return found


def check_killed():
    """Of three processes: what bwrap is outside, what it is inside, and the
    guest."""
    one = session.Session(remote_run, "--launcher=" + RECIPE, program, "wait")
    one.await_line("ready")
    others = descendants(one.process.pid)
    assert len(others) >= 2, others
    one.process.send_signal(signal.SIGKILL)
    assert one.process.wait() == -signal.SIGKILL
    for process in others:
        assert session.until(lambda: session.is_gone(process),
                             session.GONE_LIMIT), "something was left behind"


for check in (check_writing, check_network, check_ends, check_time,
              check_killed):
    check()
