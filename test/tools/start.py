#!/usr/bin/env python3
"""Becomes a program, in a state that a parent may well leave to it.

  start.py [options] PROGRAM [arguments...]

Meant for same.py --under, so that the native and the remote program start from
the same unusual place: signals ignored or blocked, descriptors open or closed,
limits, and what else exec(2) passes on.
"""

import argparse
import ctypes
import os
import resource
import signal


def signals(names):
    return [getattr(signal, "SIG" + name) for name in names.split(",")]


def numbers(text):
    return [int(number) for number in text.split(",")]


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ignore", type=signals, default=[])
    parser.add_argument("--block", type=signals, default=[])
    parser.add_argument("--close", type=numbers, default=[])
    parser.add_argument("--open", type=numbers, default=[],
                        help="descriptors for /dev/null")
    parser.add_argument("--limit", action="append", default=[],
                        help="NAME=NUMBER, for setrlimit")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--umask", type=lambda text: int(text, 8))
    parser.add_argument("--chdir")
    parser.add_argument("--alarm", type=int, default=0)
    parser.add_argument("--prctl", action="append", default=[],
                        help="NUMBER=VALUE, for prctl")
    parser.add_argument("--write", action="append", default=[],
                        help="NAME=TEXT, for a file of /proc/self")
    parser.add_argument("--timer", type=lambda text: [
        float(seconds) for seconds in text.split(",")],
                        help="FIRST,INTERVAL, in seconds, for setitimer")
    parser.add_argument("--session", action="store_true",
                        help="as the leader of a session of its own")
    parser.add_argument("--environment",
                        help="a file whose zero-terminated strings are the "
                             "whole environment")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args()


def apply_limits(settings):
    for setting in settings:
        name, number = setting.split("=")
        which = getattr(resource, "RLIMIT_" + name)
        resource.setrlimit(which, (int(number), int(number)))


def apply_attributes(options):
    for setting in options.prctl:
        number, value = setting.split("=")
        if ctypes.CDLL(None).prctl(int(number), ctypes.c_ulong(int(value)), 0, 0,
                                   0) != 0:
            raise OSError("prctl(%s)" % setting)
    for setting in options.write:
        name, text = setting.split("=")
        with open("/proc/self/" + name, "w") as file:
            file.write(text)


def vector(strings):
    return (ctypes.c_char_p * (len(strings) + 1))(*strings, None)


def become(command, environment_file):
    if environment_file is None:
        os.execv(command[0], command)
    # os.execve insists on NAME=VALUE and on unique names; execve(2) does not.
    with open(environment_file, "rb") as file:
        environment = file.read().split(b"\0")[:-1]
    arguments = [os.fsencode(word) for word in command]
    ctypes.CDLL(None).execve(arguments[0], vector(arguments),
                             vector(environment))
    raise OSError("cannot execute " + command[0])


def main():
    options = parse_arguments()
    # The interpreter ignores some for its own sake; a shell ignores SIGINT for
    # what it runs in the background.
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    if options.session:
        os.setsid()
    for number in options.ignore:
        signal.signal(number, signal.SIG_IGN)
    for number in options.open:
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, number)
        if null != number:
            os.close(null)
    os.nice(options.nice)
    if options.umask is not None:
        os.umask(options.umask)
    if options.chdir:
        os.chdir(options.chdir)
    signal.alarm(options.alarm)
    apply_attributes(options)
    if options.timer:
        signal.setitimer(signal.ITIMER_REAL, *options.timer)
    for number in options.close:
        os.close(number)
    signal.pthread_sigmask(signal.SIG_BLOCK, options.block)
    apply_limits(options.limit)
    become(options.command, options.environment)


if __name__ == "__main__":
    main()
