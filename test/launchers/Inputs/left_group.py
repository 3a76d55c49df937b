"""left_group.py REMOTE-RUN...: see left-group.test."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402


def main():
    run = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, text=True)
    guest = int(run.stdout.readline())
    assert not session.is_gone(guest)
    run.kill()
    run.wait()
    assert session.until(lambda: session.is_gone(guest)), \
        "the guest is still there"


if __name__ == "__main__":
    main()
