"""Fails if a process of toy.py's log is alive: all_ended.py LOG"""

import os
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    for line in file:
        number = line.split()[1]
        try:
            with open("/proc/%s/stat" % number, encoding="utf-8") as stat:
                state = stat.read().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            continue
        # One that is dead may wait for its new parent.
        if state not in "ZX":
            sys.exit("process %s is in state %s" % (number, state))
