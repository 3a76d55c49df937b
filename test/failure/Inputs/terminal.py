"""terminal.py <remote-run> [options] <waits.bc>: see terminal-stop.test.

Plays the shell of a terminal: a session leader that gives the terminal to the
process group of its job, and takes it back when the job stops (POSIX 11.1).
"""

import os
import pty
import signal
import sys
import traceback

import session


def last_of_line(process):
    """The guest, behind a supervisor where there is one. A second child, if there
    is one, looks after a stopped remote-run."""
    while children := session.children(process):
        process = children[0]
    return process


def shell(command, report):
    """In the session of the terminal; status 0 if the job did as it must."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(command[0], command)
    for _ in range(3):
        _, status = os.waitpid(job, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "ended with %d" % status
        assert os.WSTOPSIG(status) in (signal.SIGTSTP, signal.SIGSTOP), status
        guest = last_of_line(job)
        assert session.until(lambda: session.state(guest) == "T"), \
            "the guest goes on"
        os.tcsetpgrp(0, os.getpgrp())
        os.write(report, b"stopped\n")
        os.tcsetpgrp(0, job)
        os.killpg(job, signal.SIGCONT)
    _, status = os.waitpid(job, os.WUNTRACED)
    assert os.waitstatus_to_exitcode(status) == 7, status
    os.write(report, b"ended\n")


def main():
    command = [*sys.argv[1:], "count"]
    signal.alarm(2 * session.TIME_LIMIT)
    reader, writer = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        try:
            shell(command, writer)
        except BaseException:
            os.write(writer, traceback.format_exc().encode())
            os._exit(1)
        os._exit(0)
    os.close(writer)
    reports = os.fdopen(reader, "rb")
    shown = os.fdopen(terminal, "r+b", buffering=0)

    def await_text(text):
        seen = b""
        while text not in seen:
            try:
                seen += shown.read(1)
            except OSError:                 # nobody holds the terminal
                sys.exit("shown: %r, said: %s" % (seen,
                                                  reports.read().decode()))

    def await_report(text):
        line = reports.readline()
        if line != text:
            sys.exit((line + reports.read()).decode())

    await_text(b"ready")
    for _ in range(3):
        shown.write(b"\x1a")                # Ctrl-Z
        await_report(b"stopped\n")
        # Each line is two bytes to the guest, and it answers each.
        shown.write(b"x\n")
        await_text(b"0 signals, last 0\r\n")
        await_text(b"0 signals, last 0\r\n")
    shown.write(b"\x04")                    # Ctrl-D
    await_report(b"ended\n")
    assert os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    main()
