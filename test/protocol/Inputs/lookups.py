"""Looks up names that are there, and names that only resemble them.

  lookups.py <tools> <remote-stub>
"""

import os
import platform
import sys

# The first version of glibc on the machine that remote-stub is for.
FIRST = (b"GLIBC_2.17" if os.environ.get("TEST_MACHINE", platform.machine()) ==
         "aarch64" else b"GLIBC_2.2.5")
FOUND = (b"qsort", b"environ", b"sin", b"qsort@" + FIRST, b"qsort@@" + FIRST)
NOT_FOUND = (b"", b"\0", b"qsort\0", b"qsort\0more", b"\0qsort", b"environ\0",
             b"qsor", b"qsort ", b"qsort@GLIBC_9.9", b"qsort@", b"@" + FIRST, b"sin\0x")


def main():
    sys.path.insert(0, sys.argv[1])
    import peer_controller
    import peer_wire as wire
    executor = peer_controller.Executor(sys.argv[2])
    wire.read_frame(executor.answers)
    names = [name for pair in zip(FOUND, NOT_FOUND) for name in pair]
    names += NOT_FOUND[len(FOUND):]
    for weak in (0, 1):
        executor.send(wire.frame(wire.LOOKUP, wire.lookup(names, weak=weak)),
                      False)
        kind, payload = wire.read_frame(executor.answers)
        assert kind == wire.LOOKUP_REPLY, (kind, payload)
        found = wire.addresses_of_reply(payload)
        assert len(found) == len(names), found
        for name, address in zip(names, found):
            assert (address != 0) == (name in FOUND), (name, hex(address))
    executor.requests.close()
    executor.frames()
    executor.end()


if __name__ == "__main__":
    main()
