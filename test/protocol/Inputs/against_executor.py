"""Runs remote-stub against the controllers of peer_controller.py.

  against_executor.py <tools> <remote-stub> <rule or name>...

Each session must end with Failed where somebody is there to hear it, and with
its status; nothing but an honest session may run its code.
"""

import resource
import sys


def check_session(peers, wire, stub, name):
    """Returns what was wrong, or nothing."""
    lie = peers.LIES[name]
    executor = peers.Executor(stub, address_space=lie.address_space)
    kind, payload = wire.read_frame(executor.answers)
    if kind != wire.HELLO:
        return "started with message %d" % kind
    if lie.open_files is not None:
        resource.prlimit(executor.process.pid, resource.RLIMIT_NOFILE,
                         (lie.open_files, lie.open_files))
    executor.send(lie.frames(peers.Session(payload)), lie.hangs_up)
    frames = executor.frames()
    status, output, errors = executor.end()
    if status != lie.status:
        return "ended with %s, expected %d" % (status, lie.status)
    if output or bool(errors) != bool(lie.errors) or lie.errors not in errors:
        return "wrote %r and %r" % (output, errors)
    last = frames[-1] if frames else (None, b"")
    if lie.says is None:
        return "" if last[0] == lie.last else "ended with %r" % (last,)
    if any(kind == wire.RUNNING for kind, _ in frames):
        return "announced the guest"
    if last[0] != wire.FAILED:
        return "said %r" % (last,)
    reason = last[1][4:].decode()
    if wire.string(reason.encode()) != last[1] or not \
            reason.startswith(lie.says):
        return "said: %s, expected: %s" % (reason, lie.says)
    return ""


def check_start(peers, wire, stub, name):
    """An executor without a session says so where a person can read it."""
    executor = peers.Executor(stub, peers.STARTS[name])
    executor.requests.close()
    try:
        frames = executor.frames()
    finally:
        status, output, errors = executor.end()
    if frames or output:
        return "said %r and %r" % (frames, output)
    if status != peers.FAILED_STATUS:
        return "ended with %s" % status
    if errors.count("\n") != 1 or not errors.startswith(
            "remote-stub: error: no session: "):
        return "did not say why: %r" % errors
    return ""


def main():
    tools, stub, *wanted = sys.argv[1:]
    sys.path.insert(0, tools)
    import peer_controller as peers
    import peer_wire as wire
    checks = {}
    for word in wanted:
        found = {("session", name): check_session
                 for name, lie in peers.LIES.items()
                 if word == name or word in lie.rules.split()}
        found.update({("start", name): check_start
                      for name, start in peers.STARTS.items()
                      if word == name or word in start.rules.split()})
        if not found:
            sys.exit("no lie breaks " + word)
        checks.update(found)
    wrong = 0
    for (where, name), check in sorted(checks.items()):
        problem = check(peers, wire, stub, name)
        if problem:
            wrong += 1
            print("%s %s: %s" % (where, name, problem))
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
