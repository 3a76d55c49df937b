"""passes-orphaned.py <remote-passes>: see passes-orphaned.test."""

import fcntl
import os
import struct
import subprocess
import sys
import termios

import session


def command(remote_passes, parent):
    return [remote_passes, "--passes=globaldce", "--parent=%d" % parent]


def unread(pipe):
    """How many bytes nobody has taken out yet."""
    count = fcntl.ioctl(pipe, termios.FIONREAD, struct.pack("i", -1))
    return struct.unpack("i", count)[0]


def start_from_another(remote_passes, standard_input):
    """Its process, and the process that started it and waits."""
    ready, tell = os.pipe()
    middle = os.fork()
    if middle == 0:
        child = subprocess.Popen(command(remote_passes, os.getpid()),
                                 stdin=standard_input)
        os.write(tell, b"%d\n" % child.pid)
        child.wait()
        os._exit(0)
    os.close(tell)
    with open(ready) as answers:
        return int(answers.readline()), middle


def check_orphaned(remote_passes):
    """It waits for its input, and goes with the process that started it."""
    reader, writer = os.pipe()
    child, middle = start_from_another(remote_passes, reader)
    # Once it has read something, it has done what this test is about.
    os.write(writer, b"BC")
    assert session.until(lambda: unread(reader) == 0), "it does not read"
    os.kill(middle, session.signal.SIGKILL)
    os.waitpid(middle, 0)
    gone = session.until(lambda: session.is_gone(child), session.GONE_LIMIT)
    os.close(writer)
    assert gone, "remote-passes was left behind"


def check_parent_gone(remote_passes):
    """The process that it names as its parent is not that any more."""
    reader, writer = os.pipe()
    done = subprocess.run(command(remote_passes, 1), stdin=reader,
                          timeout=session.TIME_LIMIT, capture_output=True)
    os.close(writer)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b""), done


def main():
    check_orphaned(sys.argv[1])
    check_parent_gone(sys.argv[1])


if __name__ == "__main__":
    main()
