"""forwarded.py <remote-run> <waits.bc>: see forwarded-signals.test."""

import signal
import sys

import session

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
             signal.SIGUSR1, signal.SIGUSR2)


def start(remote_run, guest, mode):
    run = session.Session(remote_run, "--disable-core-files", guest, mode)
    run.await_line("ready")
    run.await_executor()
    return run


def check_default(remote_run, guest, number):
    """The guest dies of it, and so does remote-run, without a word."""
    run = start(remote_run, guest, "default")
    run.process.send_signal(number)
    assert run.finish() == (-number, "", ""), number
    run.assert_nothing_left()


def check_exit(remote_run, guest, number):
    """The guest has the last word."""
    run = start(remote_run, guest, "exit")
    run.process.send_signal(number)
    assert run.finish() == (9, "", ""), number
    run.assert_nothing_left()


def check_count(remote_run, guest):
    """Each arrives, and each once."""
    run = start(remote_run, guest, "count")
    for count, number in enumerate(FORWARDED, start=1):
        run.process.send_signal(number)
        # Asked until it has arrived, and once more afterwards.
        while True:
            run.process.stdin.write("?")
            run.process.stdin.flush()
            line = run.process.stdout.readline()
            if line == "%d signals, last %d\n" % (count, number):
                break
            assert line.startswith("%d signals" % (count - 1)), line
    run.process.stdin.write("?")
    run.process.stdin.close()
    assert run.finish() == (7, "%d signals, last %d\n" %
                            (len(FORWARDED), FORWARDED[-1]), "")
    run.assert_nothing_left()


def main():
    remote_run, guest = sys.argv[1:]
    for number in FORWARDED:
        check_default(remote_run, guest, number)
        check_exit(remote_run, guest, number)
    check_count(remote_run, guest)


if __name__ == "__main__":
    main()
