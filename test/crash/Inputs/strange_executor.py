#!/usr/bin/env python3
"""An executor without a guest, which leaves a crash report and dies.

PYTHONPATH has the folder of peer_executor.py. REMOTE_RUN_REPORT is the report,
as Python: a tuple of an exception, a list of the modules' paths and a list of
frames, which are a program counter, exactness and a module's number.
"""

import ast
import os
import resource
import signal

import peer_executor as peers
import peer_wire as wire


def module(path):
    return peers.crash_record(4, wire.u64(0x10000000) + wire.string(path)
                              + wire.string(b""))


def frame(pc, is_exact, number):
    return peers.crash_record(5, wire.u64(pc) + wire.u8(is_exact)
                              + wire.u32(number))


def exception(name, what):
    return peers.crash_record(6, wire.u8(1) + wire.string(name)
                              + wire.string(what))


def death():
    """A null pointer read, on the main thread."""
    return peers.crash_record(
        1, wire.u32(signal.SIGSEGV) + wire.u32(1) + wire.u64(0) + wire.u8(1)
        + wire.u32(0) + wire.u32(os.getpid()) * 2 + wire.u8(1)
        + wire.u64(0x7ffff0000000) + wire.u64(0))


def report():
    thrown, modules, frames = ast.literal_eval(os.environ["REMOTE_RUN_REPORT"])
    records = [death()]
    records += [module(path) for path in modules]
    records += [frame(*values) for values in frames]
    if thrown:
        records.append(exception(*thrown))
    return peers.crash_report(*records)


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    act = peers.crashing(report())
    peers.Peer(peers.Lie("", peers.OVER, act, "")).serve()


if __name__ == "__main__":
    main()
