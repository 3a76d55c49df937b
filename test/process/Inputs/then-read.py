"""then-read.py FILE PROGRAM...: runs the program with FILE as standard input,
then shows the first line of what is left of it."""

import os
import subprocess
import sys

with open(sys.argv[1], "rb") as standard_input:
    print(subprocess.run(sys.argv[2:], stdin=standard_input, check=True,
                         capture_output=True).stdout.decode(), end="")
    rest = os.read(standard_input.fileno(), 4096).split(b"\n")[0]
    print("rest: " + rest.decode())
