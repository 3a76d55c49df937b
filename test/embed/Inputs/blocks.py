"""Writes the files that a page shows: blocks.py PAGE FOLDER

Such a block follows a line that begins with the file's name: `NAME`.
"""

import pathlib
import re
import sys

page, folder = map(pathlib.Path, sys.argv[1:])
folder.mkdir(parents=True)
files = re.findall(r"^`([\w.]+)`[^\n]*:\n\n```\w+\n(.*?)```", page.read_text(),
                   re.DOTALL | re.MULTILINE)
for name, text in files:
    (folder / name).write_text(text)
sys.exit(not files)
