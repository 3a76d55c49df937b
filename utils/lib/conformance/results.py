"""The files of results: what was run, with what, and every case's verdict."""

import dataclasses
import datetime
import json
import os
import re
import subprocess
import sys
import types

import debian
import targets
from comparison import compiler_identity, file_identity
from runner import count


def configuration_name(settings, selection):
    """The name of a configuration, and of its files."""
    words = [option.lstrip("-") for option in settings.run_options]
    if settings.opt:
        words.insert(0, settings.opt)
    if settings.target != settings.host:
        words.insert(0, settings.target)
    if settings.host != targets.HOST:
        words.insert(0, "on-" + settings.host)
    if settings.llvm != "22":
        words.insert(0, "llvm" + settings.llvm)
    if selection != "all":
        words.append(selection)
    return re.sub(r"[^\w=.+-]", "_", "--".join(words))


def identity(settings, suite, selection):
    """What has to be the same for an interrupted run to go on."""
    return {
        "suite": suite.name,
        "cases": suite.fingerprint(),
        "selection": selection,
        "opt": settings.opt,
        "target": settings.target,
        "host": settings.host,
        "run options": list(settings.run_options),
        "remote-run": file_identity(targets.compiler_program(
            settings.remote_run, settings.target, settings.host)),
        "remote-stub": file_identity(settings.remote_stub),
        "compiler": [compiler_identity(settings, name)
                     for name in ("clang", "clang++")],
        "modules": {os.path.basename(path): file_identity(path)
                    for path in suite_files(suite)},
    }


def suite_files(suite):
    """The files of a suite's module and of those of ours that it uses."""
    module = sys.modules[type(suite).__module__]
    used = [module] + [
        sys.modules[getattr(value, "__module__", None) or value.__name__]
        for value in vars(module).values()
        if isinstance(value, (types.ModuleType, type, types.FunctionType))]
    folders = {os.path.dirname(__file__), os.path.dirname(module.__file__)}
    return sorted({each.__file__ for each in used
                   if os.path.dirname(getattr(each, "__file__", None) or "")
                   in folders})


def llvm_version(settings):
    """As `22.1.8`, the version of the compiler, and so of LLVM."""
    done = subprocess.run([settings.tool("clang"), "--version"],
                          capture_output=True, text=True, check=True)
    return re.search(r"version (\S+)", done.stdout)[1]


def write(path, settings, suite, selection, verdicts):
    content = {
        "suite": suite.name,
        "configuration": {
            "llvm": settings.llvm,
            "target": settings.target,
            "host": settings.host,
            "opt": settings.opt,
            "run options": list(settings.run_options),
            "selection": selection,
        },
        "date": datetime.date.today().isoformat(),
        "versions": {
            "LLVM": llvm_version(settings),
            "compiler": debian.package_version("clang-" + settings.llvm),
            "package": suite.package,
            "package version": suite.package_version() or
            debian.package_version(suite.package),
        },
        "counts": count(verdicts.values()),
        "cases": {case: {key: value for key, value
                         in dataclasses.asdict(verdict).items() if value}
                  for case, verdict in verdicts.items()},
    }
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content, indent=1) + "\n")
    os.replace(new, path)
