"""A run of remote-run that writes --result-json, and what it leaves behind."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "failure/Inputs"))
import session  # noqa: E402

SCHEMA = pathlib.Path(__file__).parents[3] / "docs/result-json.schema.json"
PYTHON_TYPES = {"object": dict, "string": str, "integer": int,
                "number": (int, float), "boolean": bool, "null": type(None)}


def is_of_type(value, name):
    if isinstance(value, bool) and name != "boolean":
        return False
    return isinstance(value, PYTHON_TYPES[name])


def check_schema(value, schema, where="result"):
    """The part of JSON Schema that our schema is written in."""
    known = {"$schema", "title", "description", "type", "enum", "const",
             "minimum", "required", "properties", "additionalProperties"}
    assert set(schema) <= known, (where, set(schema) - known)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    assert not types or any(is_of_type(value, name) for name in types), \
        (where, value, types)
    if "const" in schema:
        assert value == schema["const"], (where, value)
    if "enum" in schema:
        assert value in schema["enum"], (where, value)
    if "minimum" in schema and value is not None:
        assert value >= schema["minimum"], (where, value)
    if not isinstance(value, dict):
        return
    for key in schema.get("required", []):
        assert key in value, (where, key)
    properties = schema.get("properties", {})
    for key, each in value.items():
        assert key in properties, (where, key)
        check_schema(each, properties[key], where + "." + key)


def read_result(path):
    text = pathlib.Path(path).read_text(encoding="utf-8", errors="strict")
    result = json.loads(text)
    check_schema(result, json.loads(SCHEMA.read_text()))
    return result


class Run:
    """One that has ended: its status, output, errors and result.

    Its result and whatever it leaves lies in a folder of its own, which has to
    be empty but for the result in the end."""

    def __init__(self, *command, status=None, stdin=subprocess.DEVNULL,
                 **options):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "result.json")
            run = subprocess.Popen(
                [command[0], "--result-json=" + path, *command[1:]],
                stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                start_new_session=True, **options)
            self.output, self.errors = (
                text.decode(errors="replace")
                for text in run.communicate(timeout=2 * session.TIME_LIMIT))
            self.status = run.returncode
            self.result = read_result(path)
            assert os.listdir(folder) == ["result.json"], os.listdir(folder)
        expected = 128 - self.status if self.status < 0 else self.status
        assert self.result["status"] == expected, (self.status, self.result)
        if status is not None:
            assert self.status == status, (self.status, self.errors)

    def diagnostic(self):
        """What it said, which is one diagnostic; the same as in the result."""
        found = re.fullmatch(r"remote-run: error: (.+)\n", self.errors, re.S)
        assert found and "remote-run: " not in found[1], self.errors
        assert self.result["message"] == found[1], self.result
        return found[1]


def with_time(start, is_enough):
    """Calls start("--timeout=...") with more and more time, until it was enough
    for what is to be seen, on a machine however busy."""
    seconds = 0.5
    while True:
        run = start("--timeout=%g" % seconds)
        if is_enough(run):
            return run
        seconds *= 2
        assert seconds < session.TIME_LIMIT, (run.output, run.errors)


def own_processes(marker):
    """Processes that have \\p marker in their arguments."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return [number for number in found
            if number != os.getpid() and not session.is_gone(number)]
