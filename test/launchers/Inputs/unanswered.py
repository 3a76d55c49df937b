"""unanswered.py REMOTE-RUN waits.bc: see unanswered.test."""

import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402


def main():
    remote_run, guest = sys.argv[1:]
    run = session.Session(remote_run, "--stdio=forward", "--executor-timeout=3",
                          guest, "count")
    run.await_line("ready")
    os.kill(run.await_executor(), signal.SIGSTOP)
    run.process.send_signal(signal.SIGUSR1)

    def is_over():
        """More and more signals, more often than patience lasts."""
        run.process.send_signal(signal.SIGWINCH)
        try:
            run.process.wait(0.5)
        except subprocess.TimeoutExpired:
            return False
        return True
    assert session.until(is_over)
    status, output, errors = run.finish()
    assert (status, output) == (125, ""), (status, output, errors)
    assert "did not answer to a signal for " in errors, errors
    assert errors.count("\n") == 1, errors
    run.assert_nothing_left()


if __name__ == "__main__":
    main()
