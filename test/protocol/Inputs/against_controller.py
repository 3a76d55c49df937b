"""Runs remote-run against executors, or supervisors, that break rules.

  against_controller.py <tools> <remote-run> <peer_executor or peer_supervisor>
                        <rule or name>...

Each run must end with its one diagnostic and its status, in bounded time, and
leave no process behind.
"""

import importlib
import os
import pathlib
import subprocess
import sys
import tempfile

# Instrumented and emulated controllers are several times slower.
SLOWER = int(os.environ.get("TEST_TIME_LIMIT", 120)) / 120
TIME_LIMIT = 60 * SLOWER
# Where much is wrong, each may take that long.
ENOUGH = 3
# Short, for the peers that keep silent; long enough for the others to start.
PATIENCE = {True: "%g" % (0.5 * SLOWER), False: "%g" % (50 * SLOWER)}
MANNER = {"peer_executor": "inherit", "peer_supervisor": "forward"}

PROGRAM = """
declare i32 @puts(ptr)
declare i32 @putchar(i32)
declare void @abort()
@text = private constant [%d x i8] c"%s\\00"
define i32 @main() {
  call i32 @puts(ptr @text)
  call i32 @putchar(i32 10)
  call void @abort()
  ret i32 0
}
"""


# More than an executor has room for, if it is not asked for that.
THREADS = """
@numbers = thread_local global [5000 x i8] zeroinitializer
define i32 @main() {
  store i8 1, ptr @numbers
  ret i32 0
}
"""


def write_program(path, size):
    path.write_text(PROGRAM % (size + 1, "x" * size))


def program_of(lie):
    if getattr(lie, "threads", False):
        return "threads.ll"
    return "large.ll" if lie.large else "small.ll"


def is_running(process):
    try:
        status = pathlib.Path("/proc/%d/stat" % process).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def diagnostics(started, lie):
    """Its standard output and standard error."""
    if lie.reads_output:
        return started.communicate(timeout=TIME_LIMIT)
    started.wait(timeout=TIME_LIMIT)
    return "", started.stderr.read()


def run(peers, tools, remote_run, name, folder):
    """Returns what was wrong, or nothing."""
    lie = peers.LIES[name]
    process_file = folder / "pid"
    process_file.unlink(missing_ok=True)
    waits = lie.says == peers.SILENT or lie.is_waited_for
    command = [remote_run, "--stub=%s/%s.py" % (tools, peers.__name__),
               "--executor-timeout=" + PATIENCE[waits],
               "--stdio=" + MANNER[peers.__name__],
               *getattr(lie, "options", ()),
               str(folder / program_of(lie))]
    environment = dict(os.environ, REMOTE_RUN_PEER_LIE=name,
                       REMOTE_RUN_PEER_PID=str(process_file))
    with subprocess.Popen(command, env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE,
                          errors="backslashreplace") as started:
        try:
            output, errors = diagnostics(started, lie)
        except subprocess.TimeoutExpired:
            started.kill()
            if process_file.exists():
                os.kill(int(process_file.read_text()), 9)
            return "no end after %g s" % TIME_LIMIT
    if not process_file.exists():
        return "did not start the executor: " + errors
    executor = int(process_file.read_text())
    if is_running(executor):
        os.kill(executor, 9)
        return "the executor was left behind"
    if started.returncode != lie.status:
        return "ended with %d, expected %d: %s" % (started.returncode,
                                                   lie.status, errors)
    if output:
        return "wrote to standard output: " + output
    if lie.says is None:
        return errors and "said: " + errors
    lines = errors.splitlines()
    if len(lines) != 1 or not lines[0].startswith("remote-run: error: "):
        return "not one diagnostic: " + errors
    if lie.says not in lines[0]:
        return "said: %s, expected: %s" % (lines[0], lie.says)
    return ""


def main():
    tools, remote_run, side, *wanted = sys.argv[1:]
    sys.path.insert(0, tools)
    peers = importlib.import_module(side)
    chosen = set()
    for word in wanted:
        found = {name for name, lie in peers.LIES.items()
                 if word == name or word in lie.rules.split()}
        if not found:
            sys.exit("no lie breaks " + word)
        chosen |= found
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_program(folder / "small.ll", 5)
        write_program(folder / "large.ll", 1 << 20)
        (folder / "threads.ll").write_text(THREADS)
        for lie in sorted(chosen):
            problem = run(peers, tools, remote_run, lie, folder)
            if problem:
                wrong += 1
                print("%s (%s): %s" % (lie, peers.LIES[lie].rules, problem))
            if wrong == ENOUGH:
                break
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
