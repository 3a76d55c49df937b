"""Measures the standard streams of forwarded guests: see utils/measure-streams.

Each way is taken in turns with the others, because what the machine does beside
it changes. The time is that from the command to its end, compilation included;
memory is VmHWM, of the controller when nearly all has been read, and of the
supervisor, which is its only child.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
INPUTS = ROOT / "test/launchers/Inputs"
sys.path.insert(0, str(INPUTS))
import memory  # noqa: E402
import sshd  # noqa: E402

SIZE = 1 << 30


def read_all(command):
    """MB/s of its standard output."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, bufsize=0)
    buffer, size = bytearray(1 << 20), 0
    while count := process.stdout.readinto(buffer):
        size += count
    if process.wait() != 0 or size != SIZE:
        sys.exit("%d bytes, status %d: %s" % (size, process.returncode,
                                              command))
    return SIZE / (time.monotonic() - start) / 1e6


def write_all(command):
    """MB/s of its standard input, which it reads to its end."""
    piece, size = bytes(1 << 20), 0
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL)
    while size < SIZE:
        process.stdin.write(piece)
        size += len(piece)
    process.stdin.close()
    if process.wait() != 0:
        sys.exit("status %d: %s" % (process.returncode, command))
    return SIZE / (time.monotonic() - start) / 1e6


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--llvm", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--remote-run",
                        default=str(ROOT / "build/bin/remote-run"))
    return parser.parse_args()


def build(llvm, folder):
    """The native program, and its bitcode."""
    program = os.path.join(folder, "streams")
    command = [os.path.join(llvm, "clang"), "-O2", INPUTS / "streams.c", "-o"]
    subprocess.run([*command, program], check=True)
    subprocess.run([*command, program + ".bc", "-c", "-emit-llvm"], check=True)
    return program, program + ".bc"


def measure(ways, runs):
    """Medians, by measurement and way."""
    measured = {}
    for _ in range(runs):
        for how, arguments in ((read_all, ["produce", str(SIZE)]),
                               (write_all, ["copy"])):
            for name, command in ways.items():
                measured.setdefault((how, name), []).append(
                    how(command + arguments))
    return {key: statistics.median(found) for key, found in measured.items()}


def main():
    options = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        program, bitcode = build(options.llvm, folder)
        with sshd.Server(os.path.join(folder, "ssh")) as server:
            ssh = ["ssh", "-F", str(server.folder / "config"), "there"]
            ways = {
                "native": [program],
                "forwarded": [options.remote_run, "--stdio=forward", bitcode],
                "native, by ssh": [*ssh, program],
                "forwarded, by ssh": [options.remote_run,
                                      "--launcher=" + " ".join(ssh), bitcode]}
            found = measure(ways, options.runs)
        print("| 1 GiB | written by the program | read by the program |")
        print("|---|--:|--:|")
        for name in ways:
            print("| %s | %.0f MB/s | %.0f MB/s |" %
                  (name, found[read_all, name], found[write_all, name]))
        print(flush=True)
        memory.check_output(options.remote_run, bitcode)


if __name__ == "__main__":
    main()
