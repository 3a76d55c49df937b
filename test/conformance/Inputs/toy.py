"""A suite of small programs, for tests of the framework.

lying_remote_run.py is told which case it is given, and does what the native
program does, or not.
"""

import pathlib

import comparison
from suite import Suite

# What the native program does after it has written a line to each stream.
ENDS = {
    "agrees": "",
    "agrees-too": "",
    "dies": "",
    "dies-natively": "abort()",
    "hangs": "",
    "leaves-a-child": "",
    "other-errors": "",
    "other-output": "",
    "other-status": "",
    "prints-its-number": 'printf("%d\\n", getpid())',
    "unbuildable": "no such thing",
    "unsuccessful": "return 3",
}


class Toy(Suite):
    name = "toy"
    package = "libc6"
    sample_step = 2

    def fetch(self, workdir):
        self.source = pathlib.Path(__file__).with_name("program.c")

    def cases(self):
        return sorted(ENDS)

    def judge(self, case, settings):
        return comparison.judge_program(comparison.Program(
            sources=[self.source], flags=["-w", "-DEND=" + ENDS[case]],
            run_options=["--case=" + case],
            time_limit=5 if case == "hangs" else 1000), settings)
