"""Runs a command once for each target: on_targets.py TARGET,... COMMAND..."""

import subprocess
import sys

targets, *command = sys.argv[1:]
for target in targets.split(","):
    print(target + ":", flush=True)
    subprocess.run([*command, "--target=" + target], check=True)
