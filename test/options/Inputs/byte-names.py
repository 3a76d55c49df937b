#!/usr/bin/env python3
"""Runs arguments.c under names and with arguments that are no UTF-8.

  byte-names.py IR REMOTE-RUN
"""

import os
import shutil
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

ir, remote_run = sys.argv[1:]
for name in (b"\xff\xfe", b"caf\xe9", b"new\nline", b"\x01\x7f", b"'\"\\$*"):
    shutil.copy(ir, name + b".bc")
    for command, output in (
            ([name + b".bc", b"\xff"], b"[" + name + b"]\n[\xff]\n"),
            ([b"--fake-argv0=" + name, ir, name],
             b"[" + name + b"]\n[" + name + b"]\n")):
        done = subprocess.run([remote_run.encode(), *command],
                              capture_output=True, timeout=TIME_LIMIT)
        if (done.returncode, done.stdout, done.stderr) != (0, output, b""):
            sys.exit("%r: %r" % (command, done))
