"""interrupted_upload.py REMOTE-RUN PROGRAM SCRATCH: see interrupted-upload.test.

The launcher is a shell on this machine, and the first head(1) on its path, which
takes the executor's binary, is a slow one.
"""

import os
import pathlib
import shutil
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402

# It takes a part, and the rest when nobody will write any more.
SLOW_HEAD = """#!%s
import os, select
os.write(1, os.read(0, 1000))
hangup = select.poll()
hangup.register(0, 0)
hangup.poll()
while part := os.read(0, 65536):
    os.write(1, part)
""" % sys.executable


def check(remote_run, program, scratch, *options, end):
    """Of an upload that ended early nothing is left, neither process nor file."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    temporary = scratch / "temporary"
    temporary.mkdir()
    head = scratch / "head"
    head.write_text(SLOW_HEAD)
    head.chmod(0o755)
    run = session.Session(
        remote_run, "--stdio=forward", "--upload-stub", *options,
        "--launcher=env TMPDIR=%s PATH=%s:/usr/bin:/bin" % (temporary, scratch),
        program)
    run.await_executor()

    def is_coming():
        return any(file.stat().st_size for file in temporary.iterdir())
    assert session.until(is_coming)
    end(run.process)
    status, output, errors = run.finish()
    run.assert_nothing_left()
    assert session.until(lambda: not list(temporary.iterdir()), 10), \
        (options, status, errors, os.listdir(temporary))
    return status, output, errors


def main():
    remote_run, program, scratch = sys.argv[1:]
    arguments = remote_run, program, pathlib.Path(scratch)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP,
                   signal.SIGKILL):
        seen = check(*arguments, end=lambda run: run.send_signal(number))
        assert seen == (-number, "", ""), (number, seen)
    # By the watchdog, while the main thread waits to write or to read.
    status, _, errors = check(*arguments, "--timeout=4s",
                              end=lambda run: None)
    assert status == 124, (status, errors)
    # By who has had no answer in time.
    status, _, errors = check(*arguments, "--executor-timeout=3",
                              end=lambda run: None)
    assert status == 125 and "kept silent" in errors, (status, errors)


if __name__ == "__main__":
    main()
