"""killed.py <remote-run> <waits.bc>: see killed.test."""

import signal
import sys

import session


def check_controller(remote_run, guest):
    """The guest goes with remote-run, whatever it makes of signals."""
    for mode in ("default", "count"):
        run = session.Session(remote_run, guest, mode)
        run.await_line("ready")
        run.await_executor()
        run.process.kill()
        assert run.process.wait() == -signal.SIGKILL
        run.assert_nothing_left()


def check_guest(remote_run, guest):
    for number in (signal.SIGKILL, signal.SIGTERM):
        run = session.Session(remote_run, guest, "default")
        run.await_line("ready")
        session.os.kill(run.await_executor(), number)
        status, output, errors = run.finish()
        assert (status, output) == (-number, ""), (status, output)
        assert errors.startswith("remote-run: error: program '"), errors
        assert errors.count("\n") == 1, errors
        assert "was killed by signal %d (" % number in errors, errors
        run.assert_nothing_left()


def check_early(remote_run, number):
    """remote-run still waits for its input; no guest can make a difference."""
    run = session.Session(remote_run, "-")
    run.await_executor()
    run.process.send_signal(number)
    assert run.finish() == (-number, "", ""), number
    run.assert_nothing_left()


def check_executor_early(remote_run):
    """The executor dies while remote-run waits for its input."""
    run = session.Session(remote_run, "-")
    session.os.kill(run.await_executor(), signal.SIGKILL)
    assert session.until(lambda: session.is_gone(run.executor))
    run.process.stdin.write("define i32 @main() { ret i32 0 }")
    run.process.stdin.close()
    status, output, errors = run.finish()
    assert (status, output) == (125, ""), (status, output)
    assert errors.startswith("remote-run: error: executor '"), errors
    assert errors.count("\n") == 1, errors
    assert "was killed by signal 9 (SIGKILL, Killed)" in errors, errors


def main():
    remote_run, guest = sys.argv[1:]
    check_controller(remote_run, guest)
    check_guest(remote_run, guest)
    for number in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM,
                   signal.SIGHUP):
        check_early(remote_run, number)
    check_executor_early(remote_run)


if __name__ == "__main__":
    main()
