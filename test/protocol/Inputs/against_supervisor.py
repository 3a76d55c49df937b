"""Runs remote-stub --forwarded against the controllers of peer_forwarding.py.

  against_supervisor.py <tools> <remote-stub> <rule or name>...

Each session must end as its entry says, and no guest may be left.
"""

import os
import select
import struct
import sys

# Whatever takes longer hangs.
TIME_LIMIT_MS = 1000 * int(os.environ.get("TEST_TIME_LIMIT", 120)) // 6


def has_ended(process):
    """Waits for a process that is not our child."""
    if process is None:
        return True
    poll = select.poll()
    poll.register(process, select.POLLIN)
    ended = bool(poll.poll(TIME_LIMIT_MS))
    os.close(process)
    return ended


def converse(peers, wire, supervisor, lie):
    """All that the supervisor says; and a descriptor of the guest's process,
    or None."""
    frames = [supervisor.frame()]
    guest = None
    if frames[0][0] == wire.HELLO:
        guest = os.pidfd_open(struct.unpack_from("<Q", frames[0][1], 9)[0])
        if lie.asks:
            supervisor.send(lie.asks)
            frames.append(supervisor.frame())
        supervisor.send(lie.frames(peers.Session(frames[0][1])))
        if lie.more or lie.hangs_up and lie.says is None:
            frames.append(supervisor.frame())
            supervisor.send(lie.more)
        if lie.hangs_up:
            supervisor.hang_up()
    while frames[-1][0] is not None:
        frames.append(supervisor.frame())
    return frames[:-1], guest


def misjudged(wire, lie, frames):
    """What is wrong with what it said, or nothing."""
    kinds = [kind for kind, _ in frames if kind != wire.SHARED]
    if lie.says is not None:
        if wire.RUNNING in kinds or not kinds or kinds[-1] != wire.FAILED:
            return "said %r" % (frames,)
        reason = frames[-1][1][4:].decode()
        return "" if lie.says in reason else "said: " + reason
    if wire.FAILED in kinds or kinds[:2] != [wire.HELLO, wire.RUNNING]:
        return "said %r" % (frames,)
    if lie.end is None:
        return "told an end" if wire.ENDED in kinds else ""
    if kinds[-1] != wire.ENDED:
        return "told no end, but %r" % (frames,)
    end = struct.unpack_from("<BI", frames[-1][1])
    return "" if end == lie.end else "told the end %r" % (end,)


def check(peers, wire, stub, lie):
    """Returns what was wrong, or nothing."""
    supervisor = peers.Supervisor(stub, lie.address_space)
    supervisor.send(lie.start)
    if lie.hangs_up and len(lie.start) < len(peers.Lie.start):
        supervisor.hang_up()
    frames, guest = converse(peers, wire, supervisor, lie)
    status, errors = supervisor.end()
    if not has_ended(guest):
        return "left the guest behind"
    if status != lie.status:
        return "ended with %s, expected %d; said %r" % (status, lie.status,
                                                        frames)
    if errors:
        return "wrote %r" % errors
    return misjudged(wire, lie, frames)


def main():
    tools, stub, *wanted = sys.argv[1:]
    sys.path.insert(0, tools)
    import peer_forwarding as peers
    import peer_wire as wire
    chosen = set()
    for word in wanted:
        found = {name for name, lie in peers.LIES.items()
                 if word == name or word in lie.rules.split()
                 or word == "honest" and not lie.rules}
        if not found:
            sys.exit("no lie breaks " + word)
        chosen |= found
    wrong = 0
    for name in sorted(chosen):
        problem = check(peers, wire, stub, peers.LIES[name])
        if problem:
            wrong += 1
            print("%s (%s): %s" % (name, peers.LIES[name].rules, problem))
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
