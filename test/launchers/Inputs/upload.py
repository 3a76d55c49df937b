"""upload.py FOLDER TRIES.BC REMOTE-RUN...: see upload.test.

FOLDER is where the far end has its temporary files.
"""

import os
import pathlib
import shutil
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402

folder, program, *remote_run = sys.argv[1:]


def is_empty():
    return not os.listdir(folder)


def far_shells():
    """Processes for which FOLDER is the one for temporary files."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if b"TMPDIR=" + folder.encode() in path.read_bytes():
                found.append(path)
        except OSError:                          # it is gone
            pass
    return found


def await_sessions():
    """Until the server, which our parent has started, has ended them."""
    server, = set(session.children(os.getppid())) - {os.getpid()}
    assert session.until(lambda: not session.children(server))
    assert session.until(lambda: not far_shells())


def check_clean(when):
    assert session.until(is_empty, session.GONE_LIMIT), \
        (when, os.listdir(folder))


def check_whole():
    run = session.Session(*remote_run, program, "wait")
    run.await_line("ready")
    check_clean("while it runs")
    run.process.send_signal(signal.SIGTERM)
    assert run.finish() == (-signal.SIGTERM, "", "")
    check_clean("after it")


def interrupted(number):
    """Whether the run could be ended while its file was there."""
    run = session.Session(*remote_run, program, "status", "3")
    while run.process.poll() is None and is_empty():
        pass
    caught = run.process.poll() is None
    run.process.send_signal(number)
    run.process.communicate(timeout=session.TIME_LIMIT)
    return caught


def check_interrupted(number):
    """A busy machine may be too late a few times."""
    assert any(interrupted(number) for _ in range(20)), number
    check_clean("interrupted by signal %d" % number)


def check_early(seconds):
    """At some moment before that, too."""
    run = session.Session(*remote_run, program, "status", "3")
    session.time.sleep(seconds)
    run.process.kill()
    run.process.communicate(timeout=session.TIME_LIMIT)
    await_sessions()
    check_clean("ended after %g s" % seconds)


def check_too_late():
    """The controller gives up by itself."""
    run = session.Session(*remote_run, "--timeout=0.05", program, "wait")
    status, _, errors = run.finish()
    assert status == 124, (status, errors)
    check_clean("timed out")


shutil.rmtree(folder, ignore_errors=True)
os.mkdir(folder)
check_whole()
for number in (signal.SIGKILL, signal.SIGINT):
    check_interrupted(number)
for tenths in range(12):
    check_early(tenths / 10)
check_too_late()
