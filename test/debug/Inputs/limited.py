#!/usr/bin/env python3
"""limited.py BYTES COMMAND...: the command cannot write longer files. It finds
the signal for that ignored."""

import os
import resource
import signal
import sys

size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
os.execvp(sys.argv[2], sys.argv[2:])
