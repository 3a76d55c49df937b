"""watched.py <remote-run> <waits.bc> <options>...: see watched.test.

The command stops with the guest, stays so, and goes on when somebody continues
the guest alone.
"""

import os
import pathlib
import re
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402


def naps(process):
    """How often it has waited."""
    text = pathlib.Path("/proc/%d/status" % process).read_text()
    return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", text, re.M)[1])


def change_of(process, which):
    """What waitpid(2) tells of it, without waiting; 0 for nothing."""
    return os.waitpid(process, which | os.WNOHANG)[1]


def main():
    command = sys.argv[1:]
    signal.alarm(2 * session.TIME_LIMIT)
    run = session.Session(*command, "count")
    run.await_line("ready")
    guest = run.await_executor()
    job = run.process.pid
    for _ in range(3):
        os.kill(guest, signal.SIGSTOP)
        assert os.WIFSTOPPED(os.waitpid(job, os.WUNTRACED)[1])
        # Who looks after the guest meanwhile has looked often.
        watcher, = set(session.children(job)) - {guest}
        start = naps(watcher)
        assert session.until(lambda: naps(watcher) >= start + 20)
        assert change_of(job, os.WCONTINUED) == 0, "it went on by itself"
        assert session.state(guest) == "T", session.state(guest)
        os.kill(guest, signal.SIGCONT)
        assert os.WIFCONTINUED(os.waitpid(job, os.WCONTINUED)[1])
    run.process.stdin.close()
    run.process.stdin = None
    output = run.process.stdout.read()
    status = os.waitstatus_to_exitcode(os.waitpid(job, 0)[1])
    assert (status, output) == (7, ""), (status, output)


if __name__ == "__main__":
    main()
