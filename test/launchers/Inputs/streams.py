"""streams.py NATIVE REMOTE...: see streams.test.

Runs the program of streams.c natively and remotely, and compares every byte.
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))
ALL_BYTES = bytes(range(256))
# Longer than all that may be under way, and of no round size.
LONG = (ALL_BYTES + ALL_BYTES[::-1] + b"\n\0\r\n") * 20011


def summary(stream):
    """Short enough to be shown."""
    if stream is None or len(stream) < 200:
        return stream
    return len(stream), hashlib.sha256(stream).hexdigest()


def whole(command, text, *arguments, **streams):
    """Standard input is a pipe, or in a file, or closed."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    done = subprocess.run([*command, *arguments], input=text,
                          timeout=TIME_LIMIT, **streams)
    return done.returncode, summary(done.stdout), summary(done.stderr)


def with_file(command, text, *arguments):
    with tempfile.TemporaryFile() as file:
        file.write(text)
        file.seek(0)
        return whole(command, None, *arguments, stdin=file)


def reader_goes(command, mode):
    """Standard output is closed after some of it."""
    run = subprocess.Popen([*command, mode], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = run.stdout.read(100000)
    run.stdout.close()
    errors = run.stderr.read()
    status = run.wait(TIME_LIMIT)
    return status, summary(first), errors


def conversation(command):
    """Line by line, each answered before the next is sent."""
    run = subprocess.Popen([*command, "copy"], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = []
    for line in (b"one\n", b"\0\xff\n", b"three\n"):
        run.stdin.write(line)
        run.stdin.flush()
        said.append(run.stdout.readline())
    rest = run.communicate(timeout=TIME_LIMIT)
    return said, rest, run.returncode


def in_order(command):
    return whole(command, None, "alternate", stderr=subprocess.STDOUT)


CASES = {
    "all bytes": lambda c: whole(c, ALL_BYTES, "copy"),
    "all bytes, to standard error": lambda c: whole(c, ALL_BYTES,
                                                    "copy-to-error"),
    "nothing": lambda c: whole(c, b"", "copy"),
    "much": lambda c: whole(c, LONG, "copy"),
    "much in a file": lambda c: with_file(c, LONG, "copy"),
    "/dev/null": lambda c: whole(c, None, "copy", stdin=subprocess.DEVNULL),
    "/dev/zero is not read": lambda c: whole(c, None, "unread",
                                             stdin=open("/dev/zero", "rb")),
    "much is not read": lambda c: whole(c, LONG, "unread"),
    "a line is read": lambda c: whole(c, b"first\n" + LONG, "read-line"),
    "standard input is closed": lambda c: whole(c, LONG, "close-input"),
    "a conversation": conversation,
    "much of both": lambda c: whole(c, None, "produce-both", "9000001"),
    "both in one pipe": in_order,
    "no reader": lambda c: reader_goes(c, "die"),
    "no reader, handled": lambda c: reader_goes(c, "handle-pipe"),
    "no reader, ignored": lambda c: reader_goes(c, "ignore-pipe"),
}


def main():
    native, *remote = sys.argv[1:]
    wrong = 0
    for name, case in CASES.items():
        expected, got = case([native]), case(remote)
        if expected != got:
            print("%s:\nnative %r\nremote %r" % (name, expected, got))
            wrong += 1
    print("%d of %d cases are as natively" % (len(CASES) - wrong, len(CASES)))
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
