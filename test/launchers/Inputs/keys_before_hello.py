"""keys_before_hello.py REMOTE-RUN...: see keys-before-hello.test.

Plays the shell of a terminal, as failure/Inputs/terminal.py does.
"""

import os
import pathlib
import pty
import signal
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2
command = sys.argv[1:]


def shell(stops, report):
    """Runs a job that stops so many times; says how it ended."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        for number in (signal.SIGTTOU, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)
        os.execv(command[0], command)
    for _ in range(stops):
        _, status = os.waitpid(job, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "ended with %d" % status
        os.tcsetpgrp(0, os.getpgrp())
        os.write(report, b"stopped\n")
        os.tcsetpgrp(0, job)
        os.killpg(job, signal.SIGCONT)
    _, status = os.waitpid(job, os.WUNTRACED)
    os.write(report, b"%d\n" % os.waitstatus_to_exitcode(status))


def run(keys, stops=0):
    """What was reported, and what the terminal has shown."""
    reader, writer = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        signal.alarm(TIME_LIMIT)
        try:
            shell(stops, writer)
        except BaseException:
            os.write(writer, traceback.format_exc().encode())
        os._exit(0)
    os.close(writer)
    shown = b""
    reports = os.fdopen(reader, "rb")
    lines = []
    while b"password:" not in shown:
        shown += os.read(terminal, 4096)
    # It may ask before it has the terminal.
    job, = session.children(child)
    assert session.until(lambda: os.tcgetpgrp(terminal) not in (child, job))
    launcher = os.tcgetpgrp(terminal)
    for key in keys:
        # It has the terminal, again, and goes on: a key before that is lost.
        assert session.until(lambda: os.tcgetpgrp(terminal) == launcher
                             and session.state(launcher) != "T")
        os.write(terminal, key)
        lines.append(reports.readline().strip().decode())
    rest = reports.read()
    os.waitpid(child, 0)
    try:
        while more := os.read(terminal, 4096):
            shown += more
    except OSError:                             # nobody holds the terminal
        pass
    return lines + rest.decode().splitlines(), shown.decode()


def check(expected, *arguments):
    said, shown = run(*arguments)
    if said != expected or "error" in shown:
        sys.exit("%r: %r, expected %r; shown: %s" % (arguments, said, expected,
                                                     shown))


check(["7"], [b"\n"])
check(["-2"], [b"\x03"])
check(["-3"], [b"\x1c"])
check(["stopped", "stopped", "7"], [b"\x1a", b"\x1a", b"\n"], 2)
check(["stopped", "-2"], [b"\x1a", b"\x03"], 1)
