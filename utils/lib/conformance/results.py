"""The files of results: what was run, with what, and every case's verdict."""

import dataclasses
import datetime
import json
import os
import re
import subprocess

import debian
from comparison import compiler_identity, file_identity
from runner import count


def configuration_name(settings, selection):
    """The name of a configuration, and of its files."""
    words = [settings.opt, *(option.lstrip("-")
                             for option in settings.run_options)]
    if settings.llvm != "22":
        words.insert(0, "llvm" + settings.llvm)
    if selection != "all":
        words.append(selection)
    return re.sub(r"[^\w=.+-]", "_", ",".join(words).replace(",", "--"))


def identity(settings, suite, module, selection):
    """What has to be the same for an interrupted run to go on."""
    return {
        "suite": suite.name,
        "selection": selection,
        "opt": settings.opt,
        "target": settings.target,
        "run options": list(settings.run_options),
        "remote-run": file_identity(settings.remote_run),
        "remote-stub": file_identity(settings.remote_stub),
        "compiler": [compiler_identity(settings, name)
                     for name in ("clang", "clang++")],
        "module": file_identity(module),
        "comparison": file_identity(
            os.path.join(os.path.dirname(__file__), "comparison.py")),
    }


def compiler_version(settings):
    done = subprocess.run([settings.tool("clang"), "--version"],
                          capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0]


def write(path, settings, suite, selection, verdicts):
    content = {
        "suite": suite.name,
        "configuration": {
            "llvm": settings.llvm,
            "target": settings.target,
            "opt": settings.opt,
            "run options": list(settings.run_options),
            "selection": selection,
        },
        "date": datetime.date.today().isoformat(),
        "versions": {
            "compiler": compiler_version(settings),
            "package": suite.package,
            "package version": debian.package_version(suite.package),
        },
        "counts": count(verdicts.values()),
        "cases": {case: {key: value for key, value
                         in dataclasses.asdict(verdict).items() if value}
                  for case, verdict in verdicts.items()},
    }
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content, indent=1) + "\n")
    os.replace(new, path)
