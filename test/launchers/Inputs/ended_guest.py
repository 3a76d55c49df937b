"""ended_guest.py REMOTE-RUN STREAMS.BC: see ended-guest.test.

The number of an ended program may be given to any process. Its process group has
the same number, and keeps it as long as a child is in it: whatever is sent to
that number shows there.
"""

import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402

remote_run, program = sys.argv[1:]
# More than is under way at a time, so that some of it stays at the far end; and
# what the program can get rid of without a reader.
SIZE = (4 << 20) + 30000

run = session.Session(remote_run, "--stdio=forward", program,
                      "leave-child-and-produce", str(SIZE))
line = b""
while not line.endswith(b"\n"):         # and nothing behind it
    line += os.read(run.process.stdout.fileno(), 1)
child = int(line)
supervisor = run.await_executor()
try:
    assert session.until(lambda: not session.children(supervisor)), \
        "the program does not end"
    run.process.kill()
    assert session.until(lambda: session.is_gone(supervisor)), \
        "the supervisor stays"
    assert not session.is_gone(child), "its child was killed"
finally:
    if not session.is_gone(child):
        os.kill(child, signal.SIGKILL)
