"""How long a call and an addition take in an open session, against LLVM's ORC.

Both libraries are measured by programs of test/tools/latency.
"""

import shlex
import statistics
import subprocess

import timing

OURS, ORC, SHARED = "RemoteJIT", "ORC", "ORC, shared memory"
ROUNDS = 300
PROCESSES = 7


def microseconds(command):
    """The medians that one process says: of an addition, and of a call."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False,
                          capture_output=True, text=True)
    said = dict(line.split()[:2] for line in done.stdout.splitlines())
    if done.returncode or set(said) != {"add", "call"}:
        raise timing.CannotTime("%s: %s" % (shlex.join(command), done.stderr))
    return {what: float(median) for what, median in said.items()}


def measure(context):
    folder = context.runners.remote_run.parent
    tools = context.workshop.build / "bin"
    peer = context.runners.llvm / "llvm-jitlink-executor"
    for path in (tools / "latency-remote-jit", tools / "latency-orc", peer):
        if not path.exists():
            raise timing.CannotTime("there is no '%s'" % path)
    rounds = str(ROUNDS)
    commands = {
        OURS: [tools / "latency-remote-jit", folder / "remote-stub", rounds],
        ORC: [tools / "latency-orc", peer, rounds],
        SHARED: [tools / "latency-orc", peer, rounds, "shared"]}
    found = {name: [] for name in commands}
    # In turns, so that what else the machine does is the same for all.
    for _ in range(context.runs or PROCESSES):
        for name, command in commands.items():
            found[name].append(microseconds([str(word) for word in command]))
    return {"runs": {name: len(times) for name, times in found.items()},
            "microseconds": {
                name: {what: statistics.median(each[what] for each in times)
                       for what in ("add", "call")}
                for name, times in found.items()}}
