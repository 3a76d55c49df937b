"""Keeps what native programs did, so that it is found out once.

The same native program is the measure of several configurations: a code model
is remote-run's choice, and does not change it.
"""

import base64
import hashlib
import json
import os
import tempfile

from processes import Outcome


def key(parts, sources):
    digest = hashlib.sha256(json.dumps(parts, default=list).encode())
    for source in sources:
        with open(source, "rb") as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def _path(folder, name):
    return folder / "native" / name[:2] / (name + ".json")


def load(folder, name):
    """The outcome, or the text that was stored in its place, or None."""
    try:
        value = json.loads(_path(folder, name).read_text())
        if isinstance(value, str):
            return value
        return Outcome(value["status"], base64.b64decode(value["stdout"]),
                       base64.b64decode(value["stderr"]),
                       unsteady=tuple(value["unsteady"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def store(folder, name, found):
    if not isinstance(found, str):
        found = {"status": found.status,
                 "stdout": base64.b64encode(found.stdout).decode(),
                 "stderr": base64.b64encode(found.stderr).decode(),
                 "unsteady": found.unsteady}
    path = _path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into its place, so that no one reads half of it.
    descriptor, new = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        json.dump(found, file)
    os.replace(new, path)
