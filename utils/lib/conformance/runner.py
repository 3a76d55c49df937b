"""Judges the cases of a suite, several at a time, and reports."""

import contextlib
import queue
import sys
import threading

import processes
from suite import FAILED, PASSED, SKIPPED


class Progress:
    """A line on a terminal that says how far the run is; elsewhere nothing."""

    def __init__(self, total, stream=sys.stderr):
        self.total = total
        self.stream = stream if stream.isatty() else None

    def show(self, counts):
        if self.stream:
            self.stream.write("\r\033[K%d of %d: %s" %
                              (sum(counts.values()), self.total,
                               summary(counts)))
            self.stream.flush()

    def clear(self):
        if self.stream:
            self.stream.write("\r\033[K")
            self.stream.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clear()


def count(verdicts):
    counts = {PASSED: 0, FAILED: 0, SKIPPED: 0}
    for verdict in verdicts:
        counts[verdict.kind] += 1
    return counts


def summary(counts):
    return "%d passed, %d failed, %d skipped" % (
        counts[PASSED], counts[FAILED], counts[SKIPPED])


def difference(case, verdict):
    """The line on a case that failed."""
    return "FAILED %s: native: %s; remote-run: %s" % (
        case, verdict.native, verdict.ours)


def run(suite, settings, cases, journal, jobs):
    """Judges what the journal does not have yet; returns all verdicts."""
    remaining = [case for case in cases if case not in journal.verdicts]
    done = {case: journal.verdicts[case] for case in cases
            if case in journal.verdicts}
    if done:
        print("utils/conformance: going on after %d of %d cases" %
              (len(done), len(cases)), file=sys.stderr, flush=True)
    suite.prepare(remaining)
    progress = Progress(len(cases))
    for case, verdict in done.items():
        if verdict.kind == FAILED:
            print(difference(case, verdict), flush=True)
    counts = count(done.values())
    # Closed at once when we are interrupted: that ends what runs.
    ends = judged(suite, settings, remaining, jobs)
    with progress, contextlib.closing(ends):
        for case, verdict in ends:
            journal.add(case, verdict)
            done[case] = verdict
            counts[verdict.kind] += 1
            if verdict.kind == FAILED:
                progress.clear()
                print(difference(case, verdict), flush=True)
            progress.show(counts)
    return {case: done[case] for case in cases}


def judged(suite, settings, cases, jobs):
    """Yields each case with its verdict, in the order in which they end."""
    waiting, results = queue.SimpleQueue(), queue.SimpleQueue()
    for case in cases:
        waiting.put(case)
    threads = [threading.Thread(target=work,
                                args=(suite, settings, waiting, results))
               for _ in range(min(jobs, len(cases)))]
    try:
        for thread in threads:
            thread.start()
        for _ in cases:
            case, verdict = results.get()
            if isinstance(verdict, BaseException):
                raise verdict
            yield case, verdict
    except BaseException:
        # An interrupt, or a mistake in the suite's module.
        processes.end_all()
        raise
    finally:
        for thread in threads:
            if thread.ident is not None:
                thread.join()


def work(suite, settings, waiting, results):
    try:
        while True:
            case = waiting.get_nowait()
            results.put((case, suite.judge(case, settings)))
    except queue.Empty:
        pass
    except processes.Stopped:
        pass
    except BaseException as error:
        results.put((case, error))
