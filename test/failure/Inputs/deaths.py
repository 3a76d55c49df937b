"""Lets a guest die of every signal that kills, and looks at how it is told.

  deaths.py <remote-run> <guest>

The guest writes a line and dies of the signal that its argument names.
"""

import resource
import signal
import subprocess
import sys

# signal(7), "Standard signals", whose default is not to terminate; and the two
# that libc keeps for itself.
SURVIVED = {signal.SIGCHLD, signal.SIGCONT, signal.SIGSTOP, signal.SIGTSTP,
            signal.SIGTTIN, signal.SIGTTOU, signal.SIGURG, signal.SIGWINCH,
            32, 33}


def names(number):
    """Some signals have two."""
    if number >= signal.SIGRTMIN:
        return ["SIGRTMIN+%d)" % (number - signal.SIGRTMIN)]
    return [name + "," for name in dir(signal) if name.startswith("SIG")
            and not name.startswith("SIG_")
            and getattr(signal, name) == number]


def main():
    remote_run, guest = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in sorted(set(range(1, signal.SIGRTMAX + 1)) - SURVIVED):
        done = subprocess.run([remote_run, guest, str(number)], text=True,
                              capture_output=True, timeout=60)
        lines = done.stderr.splitlines()
        if done.returncode != 128 + number or done.stdout != "before\n" or \
                not lines or \
                any(not line.startswith("  ") for line in lines[1:]) or \
                not lines[0].startswith("remote-run: error: program '") or \
                not any("was killed by signal %d (%s" % (number, name)
                        in lines[0] for name in names(number)):
            sys.exit("signal %d %s: %r" % (number, names(number), done))


if __name__ == "__main__":
    main()
