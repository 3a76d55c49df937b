"""The outcomes of PROTOCOL.md's faults: what a run must look like."""

import signal

FAILED_STATUS = 125
TIMED_OUT_STATUS = 124
# Whoever loses or changes one of these may have a guest that has started.
WITH_A_GUEST = ("Running", "Input", "OutputCredit", "CloseOutput", "Signal",
                "Output", "InputCredit", "InputClosed", "Stopped", "SignalSent",
                "Ended", "Publish", "Wanted")


def says(*phrases, may_run=("Running",), status=FAILED_STATUS):
    """One line with one of the phrases, and nothing of a guest but where the
    frame's message is one of those."""
    def judge(result, case, reference):
        lines = result.said_itself(reference)
        if result.status != status:
            return "ended with %d" % result.status
        if len(lines) != 1 or len(result.diagnostics()) != 1:
            return "said %d lines" % len(lines)
        if not any(phrase in lines[0] for phrase in phrases):
            return "said something else"
        if result.output and case.frame.message not in may_run:
            return "ran the guest"
        return ""
    return judge


def gone(result, case, reference):
    if result.status != -signal.SIGKILL:
        return "ended with %d" % result.status
    if result.output and case.frame.message not in WITH_A_GUEST:
        return "ran the guest"
    return "said something" if result.said_itself(reference) else ""


def same(result, _, reference):
    is_same = (result.status, result.output, result.errors) == (
        reference.status, reference.output, reference.errors)
    return "" if is_same else "ended in another way"


def any_end(result, _, reference):
    # We have ended a guest that did not end by itself.
    if result.status == -signal.SIGKILL:
        return ""
    told = len(result.diagnostics())
    # Another end of the guest may arrive than it had.
    death = b"was killed by signal %d (" % -result.status
    if result.status == -signal.SIGPIPE:
        return told and "spoke of SIGPIPE"
    if result.status < 0 and death not in result.errors:
        return "ended by signal %d" % -result.status
    must_tell = result.status in (TIMED_OUT_STATUS, FAILED_STATUS) \
        or result.status > 128 or result.status < 0
    if told != must_tell and same(result, None, reference):
        return "said %d diagnostics" % told
    return ""


LOST = (b" before the handshake", b" before the guest was started")
WHILE_IT_RAN = b" while the program ran"
SILENT = b" kept silent"
REFUSED = (b"protocol error", b" speaks protocol version ")


def lost(result, case, reference):
    if SILENT in result.errors:
        return "took it for silence"
    return says(*LOST)(result, case, reference)


broken = says(WHILE_IT_RAN, *REFUSED, may_run=("Run", *WITH_A_GUEST))
silent_later = says(b" did not answer to a signal ", may_run=WITH_A_GUEST)


def timed(result, case, reference):
    if result.status == FAILED_STATUS:
        return silent_later(result, case, reference)
    return says(b"--timeout", may_run=WITH_A_GUEST,
                status=TIMED_OUT_STATUS)(result, case, reference)


def stuck(*run):
    return broken(*run) and timed(*run)


OVER = (b" hung up", b" exited with status ", b" was killed by signal ",
        b" stopped in the middle of a message")
UNANSWERED = (b" has not answered in ", b" has not said Hello in ",
              b" has not returned in its time")

JUDGES = {"over": says(*OVER),
          "unanswered": says(*UNANSWERED),
          "told": says(*OVER, *UNANSWERED, *REFUSED),
          "lost": lost, "silent": says(SILENT), "refused": says(*REFUSED),
          "late": says(*REFUSED, may_run=("Lookup", "LookupReply", "Shared")),
          "ended": says(*LOST, *REFUSED), "gone": gone, "same": same,
          "broken": broken, "timed": timed, "stuck": stuck,
          "any": any_end}
