"""Does a session in a page of docs/ go as the page says?

  session.py PAGE 'COMMAND AS IT STANDS THERE' COMMAND...

Its input is what the page shows behind "> ". Compared is all that is printed, the
errors at the end, but for numbers of threads, and addresses.
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

page, shown, *command = sys.argv[1:]
text = pathlib.Path(page).read_text()
session = next(block for block in re.findall(r"```console\n(.*?)```", text,
                                             re.DOTALL)
               if "$ %s\n" % shown in block)
expected = session.split("$ %s\n" % shown)[1]
lines = re.findall(r"^> (.*)\n", expected, re.MULTILINE)
got = subprocess.run(command, input="".join(line + "\n" for line in lines),
                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                     timeout=TIME_LIMIT)


def comparable(printed):
    printed = re.sub(r"^  thread \d+", "  thread N", printed, flags=re.MULTILINE)
    printed = re.sub(r"0x[0-9a-f]{6,}", "0xN", printed)
    printed = re.sub(r"\+0x[0-9a-f]+", "+0xN", printed)
    # The last prompt is for nothing.
    return [line for line in printed.splitlines() if line != "> "]


difference = list(difflib.unified_diff(comparable(expected),
                                       comparable(got.stdout + got.stderr),
                                       page, "what is so", lineterm=""))
if difference:
    sys.exit("\n".join(difference))
