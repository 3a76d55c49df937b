"""address-space-limit.py REMOTE-RUN BITCODE: see address-space-limit.test.

The steps are small beside the libraries that a program loads, so that some
limit leaves no room for them next to whatever the executor reserves.
"""

import resource
import subprocess
import sys

MIB = 1024 * 1024


def run(command, limit):
    def apply_limit():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return subprocess.run(command, capture_output=True, preexec_fn=apply_limit)


def main():
    command = sys.argv[1:]
    limits = [size * MIB for size in (4096, 2000, 1400, 500, 150)]
    # Near powers of two and what is just below two gigabytes.
    for size in (256, 1024, 1760):
        limits += [(size + more) * MIB for more in range(-4, 20, 2)]
    for limit in limits:
        done = run(command, limit)
        found = (done.returncode, done.stdout, done.stderr)
        assert found == (9, b"caught 0\n", b""), (limit // MIB, found)


if __name__ == "__main__":
    main()
