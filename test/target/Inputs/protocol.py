"""Runs the stubs of other machines against the controllers of
peer_controller.py, as test/protocol does with this machine's.

  protocol.py <tools> <libexec> <folder> <target>[,<target>...]

One controller for each way of breaking a rule is enough: what depends on the
machine is how numbers, sizes and addresses are read.
"""

import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[2]
EMULATORS = {"arm-linux-gnueabihf": "qemu-arm",
             "powerpc64le-linux-gnu": "qemu-ppc64le"}


def started(folder, libexec, target):
    """A program that starts the stub under the emulator."""
    emulator = EMULATORS.get(target, "qemu-" + target.split("-")[0])
    script = folder / target
    script.write_text('#!/bin/sh\nexec %s -L /usr/%s %s/%s/remote-stub "$@"\n'
                      % (emulator, target, libexec, target))
    script.chmod(0o755)
    return str(script)


def chosen(lies):
    """The honest ones, and of the others the first of each rule and reason."""
    seen = set()
    for name, lie in lies.items():
        # A limit on memory would be the emulator's.
        if lie.address_space is not None:
            continue
        key = (lie.rules, lie.says) if lie.rules else name
        if key not in seen:
            seen.add(key)
            yield name


def main():
    tools, libexec, folder, targets = sys.argv[1:]
    sys.path[:0] = [tools, str(TESTS / "protocol" / "Inputs")]
    import against_executor
    import peer_controller as peers
    import peer_wire as wire
    wrong = 0
    for target in targets.split(","):
        stub = started(pathlib.Path(folder), libexec, target)
        for name in chosen(peers.LIES):
            problem = against_executor.check_session(peers, wire, stub, name)
            if problem:
                wrong += 1
                print("%s: %s: %s" % (target, name, problem))
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
