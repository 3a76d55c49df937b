#!/usr/bin/env python3
"""Is each option of ours in --help, in aligned lines of at most 80 columns?

  options-named.py FILE

The file has the output with "out: " before each line (streams.py).
"""

import re
import sys

OURS = """
  --extra-module --extra-object --extra-archive
  --dlopen -l -L --abs --no-process-syms
  --entry-function --fake-argv0 --stub --executor-timeout
  --env --chdir --signal-exit-status --launcher --stdio --remote-stub-path --upload-stub
  --remote-cache
  --target --sysroot
  --disable-core-files
  --trace --stats --gdb --save-objects --emit-asm --map --crash-dir
  --time-passes --print-after-all --print-before-all --print-after --print-before
  --filter-print-funcs --pass-remarks --pass-remarks-missed
  --pass-remarks-analysis --pass-remarks-output
  -O --mtriple --march --mcpu --mattr --relocation-model --code-model
  --remote-mcjit --mcjit-remote-process --disable-lazy-compilation --jit-kind
  --jit-linker --enable-cache-manager --object-cache-dir
  --help --version
""".split()

text = open(sys.argv[1]).read()
lines = [line[len("out: "):] for line in text.splitlines()
         if line.startswith("out: ")]
problems = []
for option in OURS:
    named = [line for line in lines
             if re.match(r"  %s(?![-\w])" % re.escape(option), line)]
    if len(named) != 1:
        problems.append("%s is there %d times" % (option, len(named)))
problems += ["too long: " + line for line in lines if len(line) > 80]
# What an option does stands in one column, beside its name or below it.
options = "\n".join(lines).partition("EXAMPLES:")[0].splitlines()
columns = {match.end() for match in
           (re.match(r"  -\S+ {2,}|  +(?=[^ -])", line) for line in options)
           if match}
if len(columns) != 1:
    problems.append("descriptions begin in the columns %s" % sorted(columns))
if "(see --version)" in "\n".join(lines):
    problems.append("it refers to --version, which lists nothing")
statuses = "\n".join(lines).partition("EXIT STATUS:")[2]
for status in ("125", "126", "127", "128"):
    if not re.search(r"\b%s\b" % status, statuses):
        problems.append("no exit status " + status)
if problems:
    sys.exit("\n".join(problems))
