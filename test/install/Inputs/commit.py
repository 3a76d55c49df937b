"""Makes a checkout with a tagged commit, and prints how that is called:

  commit.py FOLDER
"""

import os
import pathlib
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

folder = pathlib.Path(sys.argv[1])


def git(*words):
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com",
           "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *who, *words], check=True,
                   stdout=subprocess.DEVNULL, timeout=TIME_LIMIT)


git("init", "-q", ".")
(folder / "file").write_text("text\n")
git("add", "file")
git("commit", "-q", "-m", "first")
git("tag", "-a", "-m", "second", "v1.2")
git("tag", "other")
print('"commit v1.2"')
