"""Does zsh's completion have each option of --help, with its values?

  complete.py REMOTE-RUN ZSH FUNCTION
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, zsh, function = sys.argv[1:]


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          check=True, timeout=TIME_LIMIT).stdout


specs = output(zsh, "-f", "-c",
               "_arguments() { print -rl -- $@ }; words=(%s); source %s" %
               (remote_run, function)).splitlines()
options = re.findall(r"^  (--?[-\w]+)", output(remote_run, "--help"), re.M)
wrong = ["zsh does not complete '%s'" % option for option in options
         if not any(re.match(r"\*%s=?-?\[" % re.escape(option), spec)
                    for spec in specs)]
for expected in ("*--symbolize=[Tell of a crash its signal; functions; lines "
                 "too (default)]:off|names|full:(off names full)",
                 "*--trace[Print a line for each frame of the protocol]",
                 "*--perf=-[Write a file there for a perf that has not started us]"
                 "::dir:_directories"):
    if expected not in specs:
        wrong.append("not among zsh's: '%s'" % expected)
if wrong or not options:
    sys.exit("\n".join([*wrong, *specs]))
