"""The messages, the faults and their outcomes, as PROTOCOL.md has them."""

import pathlib
import re

HEADINGS = {"direct": "at a frame of",
            "forwarded": "in the forwarded manner, at a frame of",
            "open": "in an open session, at a frame of"}
FIRST_FORWARDED = 14
# Of an open session, beside what it has in common with others.
OPEN = range(30, 44)
ALSO_OPEN = ("Hello", "Lookup", "LookupReply", "Write")
# After those, and of both manners.
LATER = (26, 27, 28, 29)
SIZES = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def table(text, first_column):
    """The rows of the table whose first column has that heading, cells by
    heading."""
    found = []
    headings = None
    for line in text.splitlines():
        if not line.startswith("|"):
            headings = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if headings is None:
            headings = cells
        elif not set(line) <= set("|-: ") and headings[0] == first_column:
            found.append(dict(zip(headings, cells, strict=True)))
    return found


def size(text):
    number, unit = re.fullmatch(r"(\d+) ?(\w*)", text).groups()
    return int(number) * SIZES[unit]


class Protocol:
    def __init__(self, path):
        text = pathlib.Path(path).read_text()
        self.messages = {int(row["type"]): row["message"]
                         for row in table(text, "type")}
        self.largest = {row["message"]: size(row["largest payload"])
                        for row in table(text, "type")}
        self.faults = [row["fault"] for row in table(text, "fault")]
        self.outcomes = [row["outcome"] for row in table(text, "outcome")]
        # manner -> message -> fault -> outcome
        self.expected = {
            manner: {row.pop(heading): row for row in table(text, heading)}
            for manner, heading in HEADINGS.items()}

    def messages_of(self, manner):
        """All others are sent in the forwarded manner."""
        if manner == "open":
            return [message for number, message in self.messages.items()
                    if number in OPEN or message in ALSO_OPEN]
        return [message for number, message in self.messages.items()
                if number not in OPEN
                and (manner == "forwarded" or number < FIRST_FORWARDED
                     or number in LATER)]

    def problems(self):
        """What the tables do not say."""
        for manner, rows in self.expected.items():
            for message in self.messages_of(manner):
                if message not in rows:
                    yield "no outcomes for %s (%s)" % (message, manner)
            for message, row in rows.items():
                if message not in self.messages_of(manner):
                    yield "outcomes for %s, which is no message" % message
                for fault in set(self.faults) ^ set(row):
                    yield "%s: '%s' is not in both tables" % (message, fault)
                for outcome in set(row.values()) - set(self.outcomes) - {"-"}:
                    yield "%s: no outcome is '%s'" % (message, outcome)
