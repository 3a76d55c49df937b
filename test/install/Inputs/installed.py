"""Is an installation complete, and of what the first command builds?

  installed.py PREFIX BUILD
"""

import os
import pathlib
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

prefix, build = map(pathlib.Path, sys.argv[1:])
PROGRAMS = """
  bin/remote-run bin/remote-stub bin/remote-passes
  libexec/remote-run/remote-run-all-targets
  libexec/remote-run/remote-passes-all-targets
""".split()
ARCHIVES = """
  lib/libremote-run-executor.a lib/libremote-run-jit.a
  lib/libremote-run-jit-native.a lib/libremote-run-jit-all.a
""".split()
HEADERS = ["include/remote-run/" + name for name in (
    "executor.h ExecutorAddr.h Failure.h RemoteJIT.h RemoteValue.h Result.h"
).split()]
PAGES = """
  share/doc/remote-run/README.md share/doc/remote-run/LICENSE
  share/man/man1/remote-run.1
  share/bash-completion/completions/remote-run
  share/zsh/site-functions/_remote-run
  share/doc/remote-run/examples/repl/repl.cpp
  lib/pkgconfig/remote-run-executor.pc lib/pkgconfig/remote-run-jit.pc
  lib/cmake/RemoteRun/RemoteRunConfig.cmake
""".split()

wrong = ["'%s' is not installed" % name for name in [*PROGRAMS, *ARCHIVES, *HEADERS, *PAGES]
         if not (prefix / name).is_file()]
for stub in build.glob("libexec/remote-run/*/remote-stub"):
    if not (prefix / stub.relative_to(build)).is_file():
        wrong.append("'%s' is not installed" % stub)

# utils/run builds this target alone.
inputs = subprocess.run(["ninja", "-C", build, "-t", "query", "installed"],
                        stdout=subprocess.PIPE, text=True, check=True,
                        timeout=TIME_LIMIT).stdout.split()
wrong += ["the target 'installed' does not build '%s'" % name
          for name in [*PROGRAMS, *ARCHIVES]
          if name.removeprefix("lib/") not in inputs and name not in inputs]

# The links of each page lead to another one that is installed, too.
for page in prefix.glob("share/doc/**/*.md"):
    for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text()):
        if not (page.parent / link).exists():
            wrong.append("%s: its link to '%s' leads nowhere" % (page, link))
if wrong:
    sys.exit("\n".join(wrong))
