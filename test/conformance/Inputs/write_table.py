"""Calls the writer of the table: write_table.py FOLDER-OF-MODULES PAGE

With the results and known differences beside this file.
"""

import pathlib
import sys

sys.path.insert(0, sys.argv[1])
import table  # noqa: E402

inputs = pathlib.Path(__file__).with_name("table")
sys.exit(table.write(pathlib.Path(sys.argv[2]), inputs, inputs / "known.json"))
