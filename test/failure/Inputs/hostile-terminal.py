"""hostile-terminal.py CLANG REMOTE-RUN SCRATCH: see hostile-terminal.test.

Between the terminal and the program is what a script is: a process in the
foreground that looks at the terminal when the program is over.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import termios
import time

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2
SOURCE = r"""
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static volatile int *volatile Null;

int main(int Count, char **Arguments) {
  struct termios Modes;
  if (tcgetattr(0, &Modes) != 0)
    return 97;
  switch (Arguments[1][0]) {
  case 'r':
    cfmakeraw(&Modes);
    break;
  case 'e':
    Modes.c_lflag &= ~(tcflag_t)ECHO;
    break;
  case 'b':
    cfsetspeed(&Modes, B1200);
    break;
  }
  if (tcsetattr(0, TCSANOW, &Modes) != 0)
    return 96;
  if (Arguments[1][0] == 'f') {
    signal(SIGTTOU, SIG_IGN);
    if (setpgid(0, 0) != 0 || tcsetpgrp(0, getpgrp()) != 0)
      return 95;
  }
  switch (Arguments[2][0]) {
  case 'c':
    *Null = 1;
  case 'k':
    raise(SIGKILL);
  case 'i':
    fclose(fopen(Arguments[3], "w"));
    for (;;)
      pause();
  }
  return 3;
}
"""


def observe(terminal, command, ready, number):
    """The status of the command, and the terminal after it."""
    process = subprocess.Popen([*command, ready], stdin=terminal,
                               stdout=terminal, stderr=subprocess.DEVNULL)
    if number:
        # The guest is done with the terminal.
        while not os.path.exists(ready):
            time.sleep(0.01)
        os.unlink(ready)
        os.kill(process.pid, number)
    status = process.wait()
    is_ours = os.tcgetpgrp(terminal) == os.getpgrp()
    return status, termios.tcgetattr(terminal), is_ours


def on_terminal(action):
    """Runs action(terminal) in a session with a new terminal; its result."""
    control, terminal = os.openpty()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.alarm(TIME_LIMIT)
        os.write(writer, repr(action(terminal)).encode())
        os._exit(0)
    os.close(writer)
    result = os.read(reader, 1 << 16).decode()
    os.waitpid(child, 0)
    for each in (control, terminal, reader):
        os.close(each)
    return result


def main():
    clang, remote_run, scratch = sys.argv[1:]
    shutil.rmtree(scratch, ignore_errors=True)
    os.mkdir(scratch)
    program = scratch + "/prog"
    for words in (["-o", program], ["-c", "-emit-llvm", "-o", program + ".bc"]):
        subprocess.run([clang, "-x", "c", "-", *words], input=SOURCE.encode(),
                       check=True)
    seen = set()
    for change in ("none", "raw", "echo", "baud", "foreground"):
        for end, number in (("exit", 0), ("crash", 0), ("kill", 0),
                            ("idle", signal.SIGTERM)):
            words = [change, end]
            native, ours = (on_terminal(
                lambda terminal, command=command: observe(
                    terminal, command, scratch + "/ready", number))
                for command in ([program, *words],
                                [remote_run, program + ".bc", *words]))
            assert native and native == ours, (words, native, ours)
            seen.add(native)
    # Each change is seen, and each end.
    assert len(seen) == 20, len(seen)


if __name__ == "__main__":
    main()
