"""one-pipe.py PROGRAM...: standard error goes where standard output goes."""

import os
import sys

os.dup2(1, 2)
os.execv(sys.argv[1], sys.argv[1:])
