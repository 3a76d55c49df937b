"""Remembers the verdicts of a run that is under way.

One line of JSON for each, after a first line that identifies what was tested.
A run that was interrupted goes on from there, if the first line would be the
same; if it would not, it starts anew. The file goes when the run is complete.
"""

import dataclasses
import fcntl
import json
import os

from suite import Verdict


class Journal:
    """The journal at `path`, which is locked for as long as it is open.

    `on_wait` is called when another run has it, before waiting for that run.
    """

    def __init__(self, path, identity, fresh, on_wait):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.verdicts = {}
        self.file = open_locked(path, on_wait)
        head = json.dumps(identity, sort_keys=True)
        if fresh or not self._read(head):
            self.verdicts = {}
            self.file.truncate(0)
            self.file.write(head + "\n")
            self.file.flush()

    def _read(self, head):
        """Reads the verdicts that are there; false if they are not ours."""
        self.file.seek(0)
        text = self.file.read()
        # An interrupt can cut the last line; the end of the file is then moved
        # back to where the whole lines end.
        whole = text[:text.rfind("\n") + 1]
        lines = whole.splitlines()
        if not lines or lines[0] != head:
            return False
        for line in lines[1:]:
            entry = json.loads(line)
            case = entry.pop("case")
            self.verdicts[case] = Verdict(**entry)
        self.file.truncate(len(whole.encode()))
        return True

    def add(self, case, verdict):
        self.verdicts[case] = verdict
        entry = {"case": case, **dataclasses.asdict(verdict)}
        self.file.write(json.dumps(entry) + "\n")
        self.file.flush()

    def remove(self):
        """The run is complete, and its results are written."""
        os.unlink(self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()


def open_locked(path, on_wait):
    while True:
        file = open(path, "a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        # The run that had it may have removed it in the end.
        if path.exists() and path.stat().st_ino == os.fstat(
                file.fileno()).st_ino:
            return file
        file.close()
