"""Spreads cases over processes, each with a confinement of its own."""

import multiprocessing
import signal

from confinement import Confinement

_confinement = None
_work = None


def _begin(numbers, scratch, one_user, work):
    global _confinement, _work
    # The command ends us, and what we run ends with us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    _confinement = Confinement(scratch, numbers.get(), one_user)
    _work = work


def _do(case):
    return case, _work(_confinement, case)


def spread(work, cases, jobs, scratch, one_user):
    """Yields each case with work(confinement, case), in any order."""
    context = multiprocessing.get_context("fork")
    numbers = context.SimpleQueue()
    for number in range(jobs):
        numbers.put(number)
    with context.Pool(jobs, _begin,
                      (numbers, scratch, one_user, work)) as pool:
        yield from pool.imap_unordered(_do, cases)
