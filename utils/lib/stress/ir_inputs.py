"""The right programs that are made wrong: real IR, as bitcode and as text."""

import dataclasses
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
LANGUAGE = "test/language/"
# Programs of the test suite that end quickly, and how clang compiles each.
COMPILED = (
    ("arithmetic.c", "-O0 -g"),
    ("atomics.c", "-O2 -pthread"),
    ("exceptions.cpp", "-O0 -g"),
    ("exceptions.cpp", "-O2"),
    ("iostreams.cpp", "-O1"),
    ("longjmp.c", "-O2 -g"),
    ("module-assembly.c", "-O1"),
    ("protection.c", "-O0"),
    ("thread-local.cpp", "-O0 -g -pthread"),
    ("thread-local-models.c", "-O2 -pthread"),
    ("threads.cpp", "-std=c++20 -O2 -g -pthread"),
    ("stack.c", "-O0"),
)
# IR that is written by hand has what clang does not write.
WRITTEN = ("test/link/parts-ir.ll", "test/link/parts-metadata.ll",
           "test/link/reachable-ir.ll")
# Of utils/corpus: the arguments with which each does little, and how often it is
# chosen, where the others have 10: these take long to compile.
CORPUS = {
    "bzip2": (["-c"], 6),
    "lua": (["-e", "print(1)"], 4),
    "jsonnet": (["-e", "1 + 1"], 1),
    "sqlite": ([":memory:", "select 1"], 1),
}
# The text of a program as large as these is not worth its time.
CORPUS_AS_TEXT = ("bzip2", "lua")


@dataclasses.dataclass(frozen=True)
class Input:
    name: str
    kind: str  # bc or ll
    path: pathlib.Path
    arguments: tuple = ()
    weight: int = 10
    large: bool = False


class CannotMake(Exception):
    """An input that cannot be compiled."""


def run_compiler(command):
    done = subprocess.run([str(word) for word in command], text=True,
                          capture_output=True)
    if done.returncode != 0:
        raise CannotMake("'%s' fails: %s" % (command[0], done.stderr))


def both_forms(clang, name, source, flags, folder, **more):
    """The program as bitcode and as text."""
    for kind, form in (("bc", "-c"), ("ll", "-S")):
        path = folder / ("%s.%s" % (name, kind))
        run_compiler([clang, *flags, "-w", form, "-emit-llvm", source, "-o",
                      path])
        yield Input(name, kind, path, **more)


def make(llvm, corpus, folder):
    """All inputs, in an order that does not change."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, flags in COMPILED:
        name = os.path.splitext(source)[0] + re.findall("-O.", flags)[0]
        clang = llvm / ("clang++" if source.endswith(".cpp") else "clang")
        yield from both_forms(clang, name, ROOT / LANGUAGE / source,
                              flags.split(), folder)
    for path in WRITTEN:
        source = ROOT / path
        yield from both_forms(llvm / "clang", source.stem, source, [], folder)
    for name, (arguments, weight) in CORPUS.items():
        path = corpus / name / (name + ".bc")
        if not path.exists():
            continue
        more = {"arguments": tuple(arguments), "weight": weight,
                "large": True}
        yield Input(name, "bc", path, **more)
        if name in CORPUS_AS_TEXT:
            text = folder / (name + ".ll")
            run_compiler([llvm / "clang", "-S", "-emit-llvm", "-Xclang",
                          "-disable-llvm-passes", "-x", "ir", path, "-o", text])
            yield Input(name, "ll", text, **more)
