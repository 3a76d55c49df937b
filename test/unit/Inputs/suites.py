"""Compares the suites of the unit tests with those that a lit test names.

  suites.py <folder of folders of lit tests> <command that runs the unit tests>...
"""

import pathlib
import re
import subprocess
import sys


def main():
    folder, *program = sys.argv[1:]
    listed = subprocess.run([*program, "--gtest_list_tests"], check=True,
                            capture_output=True, text=True).stdout
    # gtest lists Instance/Suite for a suite with parameters.
    existing = set(re.findall(r"^(?:\w+/)?(\w+)\.", listed, re.MULTILINE))
    named = set()
    for test in pathlib.Path(folder).glob("*/*.test"):
        for pattern in re.findall(r"--gtest_filter='(.*)'", test.read_text()):
            # */ stands before a suite with parameters: its instances' names.
            named |= {suite.removeprefix("*/").removesuffix(".*")
                      for suite in pattern.split(":")}
    for suite in sorted(existing - named):
        print("no lit test runs", suite)
    for suite in sorted(named - existing):
        print("there is no", suite)
    sys.exit(existing != named)


if __name__ == "__main__":
    main()
