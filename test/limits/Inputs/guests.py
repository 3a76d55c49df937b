"""guests.py <remote-run> <runs.bc>: see timeout-guest.test."""

import os
import signal
import subprocess
import sys
import tempfile

import limited_run
from limited_run import Run, session

TEXT = "ran out while the program ran; program 'guest' "
TERMINATED = TEXT + "was killed by signal 15 (SIGTERM, Terminated)"
KILLED = TEXT + "was killed by signal 9 (SIGKILL, Killed)"
SIGNALS = {TERMINATED: ("SIGTERM", 15), KILLED: ("SIGKILL", 9)}


class Case:
    def __init__(self, remote_run, guest):
        self.command = [remote_run, "--fake-argv0=guest"]
        self.guest = guest

    def run(self, mode, *options, under=()):
        """Until the time was enough for the guest to be ready."""
        def start(time):
            return Run(*under, *self.command, time, *options, self.guest, mode)
        return limited_run.with_time(start,
                                     lambda run: "ready\n" in run.output)

    def check(self, mode, *options, output, said):
        run = self.run(mode, *options)
        assert run.status == 124, run.status
        assert run.output == output, run.output
        diagnostic = run.diagnostic()
        assert diagnostic.startswith("the time of --timeout="), diagnostic
        assert diagnostic.endswith(said), diagnostic
        assert run.result["outcome"] == "timed-out"
        assert run.result["step"] == "running the program"
        if said in SIGNALS:
            name, number = SIGNALS[said]
            assert run.result["signal"] == {
                "number": number, "name": name, "core_dumped": False}
            assert run.result["exit_status"] is None
        return run

    def check_ways_to_end(self):
        """What it has written stays, and what it does about SIGTERM counts."""
        self.check("waits", output="ready\n", said=TERMINATED)
        self.check("spins", output="ready\n", said=TERMINATED)
        self.check("asked", "--kill-after=0.3", output="ready\nasked\n",
                   said=KILLED)
        self.check("asked", "--kill-after=0", output="ready\n", said=KILLED)
        # One that stopped could not act on SIGTERM without SIGCONT.
        self.check("stops", output="ready\n", said=TERMINATED)
        run = self.check("leaves", output="ready\nleaving\n",
                         said=TEXT + "exited with status 3")
        assert run.result["exit_status"] == 3 and run.result["signal"] is None
        # Of the system calls that have been waited for, nothing is missing.
        assert run.result["protocol"]["round_trips"] == 2, run.result
        assert run.result["executor"]["peak_memory_bytes"] > 0

    def check_parent(self):
        """A signal that the guest has sent to us before is not what ended it."""
        self.check("tells", output="ready\n", said=TERMINATED)

    def check_gone(self, run, count):
        numbers = [int(line) for line in run.output.split() if line.isdigit()]
        assert len(numbers) == count, run.output
        for number in numbers:
            assert session.until(lambda: session.is_gone(number)), \
                "a child was left behind"

    def check_groups(self):
        """Children that ignore all signals go with it, and it goes itself
        where it is in a group that is not its own."""
        for mode, options in (("lingering", ()),
                              ("lingering-asked", ("--kill-after=0.3",)),
                              ("lingering-asked", ("--kill-after=0",))):
            run = self.run(mode, *options)
            assert run.status == 124, run.status
            self.check_gone(run, 3)
        for options, said in ((("--kill-after=0",), KILLED), ((), TERMINATED)):
            run = self.run("elsewhere", *options)
            assert run.status == 124, run.status
            assert run.diagnostic().endswith(said), run.errors
            child, other = [int(line) for line in run.output.split()
                            if line.isdigit()]
            assert session.until(lambda: session.is_gone(child)), \
                "its group was left behind"
            # The group that it went to is not its own.
            assert not session.is_gone(other)
            os.kill(other, signal.SIGKILL)

    def check_stop_when_asked(self):
        """One that stops when it is to end does not stop us, who are a job of
        this process."""
        for manner in ("inherit", "forward"):
            seconds, output = 0.5, ""
            while "ready\n" not in output:
                assert seconds < session.TIME_LIMIT, output
                with tempfile.TemporaryFile("w+") as written:
                    run = subprocess.Popen(
                        [*self.command, "--stdio=" + manner,
                         "--timeout=%g" % seconds, "--kill-after=0.5",
                         self.guest, "stops-asked"], stdin=subprocess.DEVNULL,
                        stdout=written, stderr=subprocess.PIPE, process_group=0)
                    _, status = os.waitpid(run.pid, os.WUNTRACED)
                    if os.WIFSTOPPED(status):
                        os.killpg(run.pid, signal.SIGKILL)
                    assert os.WIFEXITED(status), (manner, status)
                    assert os.WEXITSTATUS(status) == 124, (manner, status)
                    run.returncode = 124
                    run.stderr.close()
                    written.seek(0)
                    output = written.read()
                seconds *= 2

    def check_end_in_time(self):
        """One that ends by itself ends as without a limit: what it has
        started goes on."""
        run = Run(*self.command, "--timeout=1h", self.guest, "ends", status=5)
        assert run.errors == "" and run.result["outcome"] == "exited"
        numbers = [int(line) for line in run.output.split() if line.isdigit()]
        assert len(numbers) == 3, run.output
        for number in numbers:
            assert not session.is_gone(number), "a child was ended"
            os.kill(number, signal.SIGKILL)

    def check_no_group(self):
        """Without --timeout the guest stays in the group of its parent."""
        for options, is_own in (((), False), (("--timeout=1h",), True)):
            run = session.Session(*self.command, *options, self.guest, "waits")
            run.await_line("ready")
            guest = run.await_executor()
            assert (os.getpgid(guest) == guest) == is_own, options
            assert is_own or os.getpgid(guest) == run.process.pid
            # What is sent to us, is sent to it.
            run.process.send_signal(signal.SIGTERM)
            assert run.finish() == (-signal.SIGTERM, "", "")
            run.assert_nothing_left()


def main():
    case = Case(*sys.argv[1:])
    case.check_ways_to_end()
    case.check_groups()
    case.check_stop_when_asked()
    case.check_end_in_time()
    case.check_no_group()


if __name__ == "__main__":
    main()
