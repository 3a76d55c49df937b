#!/usr/bin/env python3
"""Becomes a program for which the kernel refuses some system calls.

  refuse.py [--error=NAME] [--only=N:LOW:HIGH] [--upper=N:LOW:HIGH]
            SYSCALL[,...] PROGRAM [argument...]

They fail with EPERM, or the error of that name, as in a container whose filter
does not allow them, or on a system that has none (seccomp(2)); with --only, if
the argument of number N is from LOW to HIGH, and with --upper, if its upper half
is, as of an address.
"""

import argparse
import ctypes
import errno
import os
import re
import struct

# The file that lists a machine's system calls, by uname(1) -m; and what the kernel
# calls the machine (linux/audit.h).
MACHINES = {
    "x86_64": ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", 0xc000003e),
    "aarch64": ("/usr/include/asm-generic/unistd.h", 0xc00000b7),
}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, REFUSE = 0x7fff0000, 0x00050000
# Classic BPF (linux/filter.h): load a word, and jumps; struct seccomp_data has the
# number, the machine and, from 16 on, the arguments of 64 bits.
LOAD, EQUAL, AT_LEAST, GREATER, RETURN = 0x20, 0x15, 0x35, 0x25, 0x06
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("<HBBI", code, if_true, if_false, value)


def refusal(error, conditions):
    """Goes on behind it where a condition is not fulfilled: the place of a word in
    an argument, and its bounds."""
    body = [instruction(RETURN, REFUSE | error)]
    for place, low, high in conditions:
        body = [instruction(LOAD, ARGUMENTS + place),
                instruction(AT_LEAST, low, 0, len(body) + 1),
                instruction(GREATER, high, len(body), 0), *body]
    return body


def refusing(numbers, machine, error, conditions):
    program = [instruction(LOAD, MACHINE), instruction(EQUAL, machine, 1, 0),
               instruction(RETURN, ALLOW)]
    for number in numbers:
        body = refusal(error, conditions)
        program += [instruction(LOAD, NUMBER),
                    instruction(EQUAL, number, 0, len(body)), *body]
    program.append(instruction(RETURN, ALLOW))
    return b"".join(program)


def install(program):
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program)
    filter_ = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    prctl = libc.prctl
    prctl.argtypes = [ctypes.c_int] + 4 * [ctypes.c_ulong]
    buffer = ctypes.create_string_buffer(filter_)
    # Who is not root may not without this.
    if os.geteuid() != 0:
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(buffer), 0,
             0) != 0:
        raise OSError(ctypes.get_errno(), "cannot install the filter")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--error", default="EPERM")
    for name in ("--only", "--upper"):
        parser.add_argument(name, default=[], action="append", type=lambda text:
                            [int(part, 0) for part in text.split(":")])
    parser.add_argument("calls")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    path, machine = MACHINES[os.uname().machine]
    with open(path) as header:
        known = dict(re.findall(r"#define __NR_(\w+) (\d+)", header.read()))
    numbers = [int(known[name]) for name in options.calls.split(",")]
    conditions = [(8 * number, low, high) for number, low, high in options.only]
    conditions += [(8 * number + 4, low, high)
                   for number, low, high in options.upper]
    install(refusing(numbers, machine, getattr(errno, options.error),
                     conditions))
    os.execv(options.command[0], options.command)


if __name__ == "__main__":
    main()
