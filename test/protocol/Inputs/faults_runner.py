"""One run of remote-run with faults_stub.py, and who survives it."""

import ctypes
import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from faults_sessions import SESSIONS, Streams, command

STUB = pathlib.Path(__file__).with_name("faults_stub.py")
# Whatever takes longer hangs.
TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) / 2
# How long a changed guest may run; it may never end.
GUEST_LIMIT = 5

# As the log has them.
RUNNING, FAILED, DYING, STORED = "10", "11", "43", "51"


class Hung(Exception):
    pass


def raise_hung(*_):
    raise Hung


@dataclasses.dataclass
class Result:
    status: int = 0             # negative for a signal
    output: bytes = b""
    errors: bytes = b""
    log: list = dataclasses.field(default_factory=list)
    problems: list = dataclasses.field(default_factory=list)
    session: object = None

    def happened(self):
        return ["happened"] in self.log

    def said_itself(self, reference):
        """The lines on standard error that are not the guest's own."""
        return [line for line in self.errors.splitlines()
                if line not in reference.session.errors.splitlines()]

    def diagnostics(self):
        return [line for line in self.errors.splitlines()
                if line.startswith(b"remote-run: error: ")]


def lines_of(log):
    return [line.split() for line in log.read_text().splitlines()]


def sent_by_executor(log):
    """The types of its messages so far."""
    return {words[3] for words in lines_of(log)
            if words[:2] == ["frame", "executor"]}


class Runner:
    """Starts remote-run in a folder of its own, and sees who survives it."""

    def __init__(self, remote_run, stub, folder):
        self.remote_run, self.stub, self.folder = remote_run, stub, folder

    def run(self, session, plan, patience, guest_may_hang=False, limits=()):
        result = Result(session=SESSIONS[session])
        scratch = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        try:
            options = ["--executor-timeout=%g" % patience, *limits]
            self.run_in(scratch, result, options + command(session,
                                                           self.folder),
                        plan, guest_may_hang)
        finally:
            shutil.rmtree(scratch)
        return result

    def run_in(self, scratch, result, arguments, plan, guest_may_hang):
        log, private = scratch / "log", scratch / "tmp"
        log.touch()
        private.mkdir()
        environment = dict(
            os.environ, TMPDIR=str(private),
            XDG_CACHE_HOME=str(scratch / "cache"),
            REMOTE_RUN_FAULT="\n".join([self.stub, str(log), *plan.split()]))
        controller = self.remote_run
        if result.session.controller:
            controller = os.path.join(os.path.dirname(controller),
                                      result.session.controller)
        # In a group of its own it does job control as under a shell.
        with Streams(result.session, scratch) as streams:
            process = subprocess.Popen(
                [controller, "--stub=%s" % STUB, "--disable-core-files",
                 *arguments], env=environment, process_group=0, **streams)
        freezes = plan.endswith("freeze controller")
        self.wait(process.pid, result, log, guest_may_hang, freezes)
        process.returncode = result.status
        orphans = self.reap_orphans(result)
        result.log = lines_of(log)
        executors = {int(words[1]) for words in result.log
                     if words[0] == "executor"}
        if executors & orphans and result.status != -signal.SIGKILL:
            result.problems.append("did not reap the executor")
        left = sorted(path.name for path in private.iterdir())
        if left:
            result.problems.append("left files: %s" % left)
        result.output = (scratch / "out").read_bytes()
        result.errors = (scratch / "err").read_bytes()

    def wait(self, controller, result, log, guest_may_hang, freezes):
        """For the end of the controller, which it helps if it is stopped: to
        its end where that is the fault, and to go on where its guest stopped.
        """
        limits = [GUEST_LIMIT, TIME_LIMIT] if guest_may_hang else [TIME_LIMIT]
        signal.setitimer(signal.ITIMER_REAL, limits.pop(0))
        while True:
            try:
                _, status = os.waitpid(controller, os.WUNTRACED)
            except Hung:
                is_guest = guest_may_hang and RUNNING in sent_by_executor(log)
                if limits and not is_guest:
                    signal.setitimer(signal.ITIMER_REAL, limits.pop(0))
                    continue
                os.kill(controller, signal.SIGKILL)
                signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT)
                if not is_guest:
                    result.problems.append("hung")
                continue
            if not os.WIFSTOPPED(status):
                break
            if not freezes or ["happened"] not in lines_of(log):
                os.kill(controller, signal.SIGCONT)
                continue
            if not self.executor_waits(log):
                result.problems.append("did not wait for a frozen controller")
            os.kill(controller, signal.SIGKILL)
        signal.setitimer(signal.ITIMER_REAL, 0)
        result.status = os.waitstatus_to_exitcode(status)

    def executor_waits(self, log):
        """Whether it lives; once it has sent its last frame, or been told to run,
        it need not."""
        if sent_by_executor(log) & {STORED, RUNNING, FAILED, DYING}:
            return True
        pid = next(words[1] for words in lines_of(log)
                   if words[0] == "executor")
        try:
            stat = pathlib.Path("/proc/%s/stat" % pid).read_text()
        except FileNotFoundError:
            return False
        return stat.rpartition(")")[2].split()[0] not in "ZX"

    def reap_orphans(self, result):
        """We adopt who is left behind; everybody must end."""
        reaped = set()
        signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT)
        try:
            while True:
                reaped.add(os.wait()[0])
        except ChildProcessError:
            pass
        except Hung:
            result.problems.append("left processes behind")
            children = pathlib.Path("/proc/self/task/%d/children"
                                    % os.getpid()).read_text()
            for child in children.split():
                os.kill(int(child), signal.SIGKILL)
        signal.setitimer(signal.ITIMER_REAL, 0)
        return reaped


def adopt_orphans():
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1)
    signal.signal(signal.SIGALRM, raise_hung)
