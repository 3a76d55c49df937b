"""memory.py REMOTE-RUN STREAMS.BC: see memory.test.

The peak of resident memory (VmHWM) is measured of the controller, compilation
included, and of the supervisor.
"""

import hashlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402

SIZE = 1 << 30
LARGEST = 50 * 1000 * 1000
PIECE = 1 << 16


def memory(process, name):
    for line in open("/proc/%d/status" % process):
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise AssertionError(name)


def pattern():
    """What streams.c repeats."""
    state, words = 1, bytearray()
    for _ in range(PIECE // 4):
        state = (state * 1664525 + 1013904223) & 0xffffffff
        words += state.to_bytes(4, "little")
    return bytes(words)


def is_asleep(process):
    """Whether it has used no processor time for a moment."""
    def used():
        text = pathlib.Path("/proc/%d/stat" % process).read_text()
        return text.rpartition(")")[2].split()[11:13]
    before = used()
    session.time.sleep(0.2)
    return before == used() and session.state(process) == "S"


class Run:
    def __init__(self, remote_run, program, *arguments):
        self.process = session.subprocess.Popen(
            [remote_run, "--stdio=forward", program, *arguments],
            stdin=session.subprocess.PIPE, stdout=session.subprocess.PIPE,
            bufsize=0)

    def await_processes(self):
        """The supervisor, and below it the guest."""
        pid = self.process.pid
        assert session.until(lambda: session.children(pid))
        self.supervisor, = session.children(pid)
        assert session.until(lambda: session.children(self.supervisor))
        self.guest, = session.children(self.supervisor)

    def await_standstill(self):
        """Nobody reads: everything has to come to rest, but for the test."""
        for process in (self.guest, self.supervisor, self.process.pid):
            assert session.until(lambda: is_asleep(process)), process

    def check_memory(self, what):
        for name, process in (("controller", self.process.pid),
                              ("supervisor", self.supervisor)):
            peak = memory(process, "VmHWM")
            print("%s: %s %.1f MB" % (what, name, peak / 1e6), flush=True)
            assert peak < LARGEST, (name, peak)


def check_output(remote_run, program):
    run = Run(remote_run, program, "produce", str(SIZE))
    first = run.process.stdout.read(1)
    run.await_processes()
    run.await_standstill()
    run.check_memory("output, nobody reads")
    digest, size = hashlib.blake2b(first), 1
    while size < SIZE:
        piece = run.process.stdout.read(1 << 20)
        assert piece, size
        size += len(piece)
        digest.update(piece)
        if size > SIZE - (8 << 20):
            # While it is there.
            last = size
            run.check_memory("output, nearly all is read")
            break
    while piece := run.process.stdout.read(1 << 20):
        size += len(piece)
        digest.update(piece)
    assert run.process.wait(session.TIME_LIMIT) == 0 and last < SIZE
    return digest, size


def check_input(remote_run, program):
    """A copier that is held up by its own output."""
    piece = pattern()
    run = Run(remote_run, program, "copy")
    run.process.stdin.write(piece)
    run.await_processes()
    writer = session.os.fork()
    if writer == 0:
        run.process.stdout.close()
        for _ in range(SIZE // PIECE - 1):
            rest = memoryview(piece)
            while rest:
                rest = rest[run.process.stdin.write(rest):]
        session.os._exit(0)
    run.process.stdin.close()
    run.await_standstill()
    run.check_memory("input, nobody reads")
    digest, size = hashlib.blake2b(), 0
    while part := run.process.stdout.read(1 << 20):
        size += len(part)
        digest.update(part)
    assert run.process.wait(session.TIME_LIMIT) == 0
    session.os.waitpid(writer, 0)
    return digest, size


def main():
    piece = pattern()
    repeated = hashlib.blake2b()
    for _ in range(SIZE // PIECE):
        repeated.update(piece)
    for what, check in (("output", check_output), ("input", check_input)):
        digest, size = check(*sys.argv[1:])
        assert size == SIZE, (what, size)
        assert digest.digest() == repeated.digest(), what
        print("%s: %d bytes are right" % (what, size), flush=True)


if __name__ == "__main__":
    main()
