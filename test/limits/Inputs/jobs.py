"""jobs.py <remote-run> <waits.bc> <runs.bc>: see terminal.test.

Jobs of a shell on a terminal, which give a guest a process group of its own.
"""

import fcntl
import os
import pty
import signal
import struct
import sys
import termios
import traceback

from limited_run import session


def start_job(command):
    """A process group in the foreground, as a shell starts it."""
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(command[0], command)
    return job


def shell(command, report):
    """Tells how the job ended, and whether the terminal is the job's then."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    job = start_job(command)
    os.waitid(os.P_PID, job, os.WEXITED | os.WNOWAIT)
    is_back = os.tcgetpgrp(0) == job
    status = os.waitstatus_to_exitcode(os.waitpid(job, 0)[1])
    os.tcsetpgrp(0, os.getpgrp())
    os.write(report, b"%d %d\n" % (status, is_back))


def script(command):
    """Inside of the job: what a script does before and after a program."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.execv(command[0], command)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print("the program ended with %d" % status, flush=True)
    print("the script reads %r" % sys.stdin.readline(), flush=True)


def on_terminal(command, conversation):
    """What was shown, and the shell's report."""
    reader, writer = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        try:
            shell(command, writer)
        except BaseException:
            os.write(writer, traceback.format_exc().encode())
        os._exit(0)
    os.close(writer)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ,
                struct.pack("HHHH", 33, 77, 0, 0))
    shown = b""
    conversation = list(conversation)
    while True:
        if conversation and conversation[0][0] in shown:
            os.write(terminal, conversation.pop(0)[1])
            continue
        try:
            shown += os.read(terminal, 1000)
        except OSError:                         # nobody holds it any more
            break
    os.waitpid(child, 0)
    os.close(terminal)
    with os.fdopen(reader) as reports:
        return shown.decode(), reports.read()


def check(command, conversation, expected, *texts):
    signal.alarm(2 * session.TIME_LIMIT)
    shown, report = on_terminal(command, conversation)
    assert report == expected, (command, shown, report)
    for text in texts:
        assert text in shown, (command, shown)
    signal.alarm(0)


def when_shown(text, run):
    r"""With more and more time, until it was enough to show \p text."""
    for seconds in (1, 2, 4, 8, 16, 32):
        shown, report = run("--timeout=%d" % seconds)
        if text in shown:
            return shown, report
    raise AssertionError(shown)


def main():
    if sys.argv[1] == "script":
        return script(sys.argv[2:])
    remote_run, waits, runs = sys.argv[1:]
    as_script = [sys.executable, os.path.abspath(__file__), "script"]
    long = [remote_run, "--timeout=1h"]
    typed = [(b"ready", b"x\n"), (b"0 signals, last 0\r\n" * 2, b"\x04")]
    # As a job, the guest has the terminal, and gives it back in the end.
    check([*long, waits, "count"], typed, "7 1\n")
    # Its Ctrl-C is the job's.
    check([*long, runs, "waits"], [(b"ready", b"\x03")], "-2 1\n")
    check([*long, waits, "exit"], [(b"ready", b"\x03")], "9 1\n")
    # When its time is over, the terminal is given back.
    _, report = when_shown("ready", lambda time: on_terminal(
        [remote_run, time, runs, "waits"], []))
    assert report == "124 1\n", report
    # In a script the terminal is the script's: Ctrl-C is for all,
    check([*as_script, *long, runs, "waits"], [(b"ready", b"\x03")],
          "-2 1\n")
    # but a guest that wants to read from it gets it, and the script after it.
    check([*as_script, *long, waits, "count"],
          typed + [(b"the program ended", b"y\n")], "0 1\n",
          "the program ended with 7", "the script reads 'y\\n'")
    # Also where it is ended before its end.
    shown, report = when_shown("0 signals, last 0", lambda time: on_terminal(
        [*as_script, remote_run, time, "--kill-after=0", waits, "count"],
        [(b"ready", b"x\n"), (b"the program ended", b"y\n")]))
    assert report == "0 1\n", (shown, report)
    assert "the program ended with 124" in shown, shown
    assert "the script reads 'y\\n'" in shown, shown


if __name__ == "__main__":
    main()
