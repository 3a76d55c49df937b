"""The outcomes of PROTOCOL.md's faults: what a run must look like."""

import signal

FAILED_STATUS = 125


def says(*phrases, may_run=("Running",)):
    """One line with one of the phrases, and nothing of a guest but where the
    frame's message is one of those."""
    def judge(result, case, _):
        lines = result.errors.splitlines()
        if result.status != FAILED_STATUS:
            return "ended with %d" % result.status
        if len(lines) != 1 or len(result.diagnostics()) != 1:
            return "said %d lines" % len(lines)
        if not any(phrase in lines[0] for phrase in phrases):
            return "said something else"
        if result.output and case.frame.message not in may_run:
            return "ran the guest"
        return ""
    return judge


def gone(result, case, _):
    if result.status != -signal.SIGKILL:
        return "ended with %d" % result.status
    if result.output and case.frame.message != "Running":
        return "ran the guest"
    return "said something" if result.errors else ""


def same(result, _, reference):
    is_same = (result.status, result.output, result.errors) == (
        reference.status, reference.output, reference.errors)
    return "" if is_same else "ended in another way"


def any_end(result, _, reference):
    # We have ended a guest that did not end by itself.
    if result.status == -signal.SIGKILL:
        return ""
    if result.status < 0:
        return "ended by signal %d" % -result.status
    told = len(result.diagnostics())
    must_tell = result.status == FAILED_STATUS or result.status > 128
    if told != must_tell and same(result, None, reference):
        return "said %d diagnostics" % told
    return ""


LOST = (b" before the handshake", b" before the guest was started")
SILENT = b" kept silent"
REFUSED = (b"protocol error", b" speaks protocol version ")


def lost(result, case, reference):
    if SILENT in result.errors:
        return "took it for silence"
    return says(*LOST)(result, case, reference)


JUDGES = {"lost": lost, "silent": says(SILENT), "refused": says(*REFUSED),
          "late": says(*REFUSED, may_run=("Lookup", "LookupReply")),
          "ended": says(*LOST, *REFUSED), "gone": gone, "same": same,
          "any": any_end}
