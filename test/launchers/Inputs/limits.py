"""limits.py REMOTE-RUN RUNS.BC: see ssh-signals.test.

What test/limits/timeout-guest.test asks of a guest that is a child of
remote-run's; this one is somebody else's.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "limits/Inputs"))
import guests  # noqa: E402

case = guests.Case(*sys.argv[1:])
case.check_ways_to_end()
case.check_groups()
case.check_end_in_time()
