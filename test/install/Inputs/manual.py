"""Compares the manual page with --help:

  manual.py REMOTE-RUN PAGE
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, page = sys.argv[1:]
shown = subprocess.run([remote_run, "--help"], stdout=subprocess.PIPE,
                       text=True, check=True, timeout=TIME_LIMIT).stdout
text = pathlib.Path(page).read_text()


def plain(line):
    """Without what troff says with backslashes."""
    return re.sub(r"\\f.|\\&", "", line).replace("\\-", "-").replace("\\e", "\\")


in_help = re.findall(r"^  (-\S+)", shown.partition("EXAMPLES:")[0], re.M)
options = text.partition(".SH OPTIONS")[2].partition(".SH ")[0]
in_page = [plain(entry) for entry in re.findall(r"\.TP\n(?:\.B )?(.*)", options)]
wrong = []
# There a value stands in angle brackets, and here it is in italics.
if [re.sub("[<>]", "", option) for option in in_help] != in_page:
    wrong.append("--help has %s\nand the page %s" % (in_help, in_page))
groups = re.findall(r"^(\S.*):\n\n", shown, re.M)
if not groups or groups != list(map(plain, re.findall(r"\.SS (.*)", options))):
    wrong.append("the groups of the page are others than --help's")
for heading in ("EXAMPLES", "ENVIRONMENT", "EXIT STATUS"):
    below = shown.partition(heading + ":\n")[2].partition("\n\n")[0].rstrip("\n")
    if not below or below not in plain(text):
        wrong.append("the page does not say what --help says below " + heading)
if re.search(r"@[A-Z_]+@|\t", text):
    wrong.append("a place in the prose was not filled")
if shutil.which("groff"):
    said = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", page],
                          stderr=subprocess.PIPE, text=True, timeout=TIME_LIMIT).stderr
    if said:
        wrong.append(said)
if wrong:
    sys.exit("\n".join(wrong))
