#!/usr/bin/env python3
"""Becomes a program for which /proc is empty, as in some containers.

  without_proc.py PROGRAM [argument...]
"""

import ctypes
import os
import sys

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        sys.exit("%s: %s" % (what, os.strerror(ctypes.get_errno())))


# Only root may without a user namespace (unshare(2)).
check(libc.unshare(CLONE_NEWNS | (CLONE_NEWUSER if os.geteuid() else 0)),
      "unshare")
check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "mount /")
check(libc.mount(b"none", b"/proc", b"tmpfs", 0, None), "mount /proc")
os.execv(sys.argv[1], sys.argv[1:])
