#!/usr/bin/env python3
"""Compiles all Python sources of a checkout, and takes warnings for errors:

  python_sources.py CHECKOUT

Newer versions of Python say on standard error what older ones let pass, and tests
that compare what is said would fail there.
"""

import pathlib
import sys
import warnings

warnings.simplefilter("error")
checkout = pathlib.Path(sys.argv[1])
count = 0
for folder in ("test", "utils"):
    for path in sorted((checkout / folder).rglob("*.py")):
        try:
            compile(path.read_text(encoding="utf-8"), str(path), "exec")
        except (SyntaxError, Warning) as error:
            sys.exit("%s: %s" % (path, error))
        count += 1
print("%d sources" % count)
