#!/usr/bin/env python3
"""gdb_terminal.py REMOTE-RUN BITCODE NATIVE: talks with gdb on a terminal, once
as gdb starts the native program and once as remote-run --gdb does, and demands
that the program has the terminal, and ends with gdb, in the same way."""

import os
import pty
import re
import select
import signal
import sys
import time

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))  # seconds, for each answer
PROMPT = "(gdb) "


class Terminal:
    def __init__(self, command):
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "dumb"
            os.execvp(command[0], command)
        self.seen = ""

    def read(self):
        """False at the end."""
        if not select.select([self.file], [], [], TIME_LIMIT)[0]:
            raise RuntimeError("no answer")
        try:
            text = os.read(self.file, 4096)
        except OSError:  # The other side is closed.
            text = b""
        self.seen += text.decode(errors="replace")
        return bool(text)

    def expect(self, text):
        """Returns what came before it."""
        while text not in self.seen:
            if not self.read():
                raise RuntimeError("ended without " + text)
        before, self.seen = self.seen.split(text, 1)
        return before

    def send(self, text):
        os.write(self.file, text.encode())

    def end(self):
        while self.read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def is_gone(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def talk(command):
    """Returns what the program says of the terminal, and gdb's status."""
    terminal = Terminal(command)
    try:
        terminal.expect(PROMPT)
        terminal.send("break main\n")
        terminal.expect("Breakpoint 1 at")
        terminal.expect(PROMPT)
        terminal.send("run\n")
        terminal.expect("main (")
        terminal.expect(PROMPT)
        # The program reads from the terminal itself, by its own name.
        terminal.send("continue\n")
        terminal.expect("name? ")
        terminal.send("Ada\n")
        said = terminal.expect("waiting as process ")
        pid = int(re.match(r"(\d+)\.", terminal.expect(".") + ".").group(1))
        terminal.send("\x03")
        terminal.expect("received signal SIGINT")
        terminal.expect(PROMPT)
        terminal.send("print answer\n")
        terminal.expect("$1 = 42")
        terminal.expect(PROMPT)
        terminal.send("quit\n")
        terminal.expect("(y or n)")
        terminal.send("y\n")
        status = terminal.end()
        deadline = time.monotonic() + TIME_LIMIT
        while not is_gone(pid):
            if time.monotonic() > deadline:
                raise RuntimeError("the program is still there")
            time.sleep(0.01)
        return said.replace("\r", ""), status
    except RuntimeError as error:
        sys.exit("%s: %s; read:\n%s" % (command, error, terminal.seen))
    finally:
        try:
            os.kill(terminal.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


remote_run, bitcode, native = sys.argv[1:]
expected = talk(["gdb", "-q", "-nx", native])
seen = talk([remote_run, "--gdb=gdb -q -nx", bitcode])
if seen != expected:
    sys.exit("natively %r, but %r" % (expected, seen))
