"""GCC's c-torture/execute: C programs that abort when they are compiled wrong.

The flags are those that the suite's own harness passes: those in the comments
of a test; for the folders ieee and builtins, those of ieee.exp and builtins.exp
and of the test's .x file. A test in builtins is three files: the test, its own
library, and a main for all.

The programs are GCC 12's dialect of C, which still has implicit int and
implicit declarations.
"""

import re

import comparison
import debian
import processes
from directives import DIRECTIVE, Selector, split_list
from suite import Suite

EXECUTE = "gcc/testsuite/gcc.c-torture/execute/"

# What GCC 12 accepts with a warning, and -w keeps silent, is an error in clang.
DIALECT = ["-w"] + ["-Wno-error=" + name for name in (
    "implicit-int", "implicit-function-declaration", "int-conversion",
    "incompatible-pointer-types", "incompatible-function-pointer-types",
    "return-mismatch", "return-type")]

# What the .exp files add, for x86-64 Linux.
FOLDER_FLAGS = {
    "builtins": ["-fno-tree-dse", "-fno-tree-loop-distribute-patterns",
                 "-fno-tracer", "-fno-ipa-ra", "-fno-inline-functions"],
    "ieee": ["-fno-inline"],
}

# What an .x file does on every target stands at the left margin.
X_FLAGS = re.compile(r"^(set|lappend) additional_flags (.*)$", re.MULTILINE)

# Target keywords that are not in libstdc++'s tests.
KEYWORDS = {"fpic": True, "signal": True, "newlib_nano_io": False}


class CSelector(Selector):
    def matches_word(self, word):
        found = KEYWORDS.get(word)
        return super().matches_word(word) if found is None else found


def directed_flags(text):
    """The flags that a test's dg-options and dg-additional-options give."""
    flags = {"dg-options": [], "dg-additional-options": []}
    for name, words in map(re.Match.groups, DIRECTIVE.finditer(text)):
        arguments = split_list(words)
        if name in flags and all(map(is_chosen, arguments[1:])):
            flags[name] += split_list(arguments[0])
    return flags["dg-options"] + flags["dg-additional-options"]


def is_chosen(condition):
    keyword, selector = condition.split(None, 1)
    return keyword == "target" and CSelector([]).matches(selector)


class CTorture(Suite):
    name = "c-torture"
    package = "gcc-12-source"
    sample_step = 6

    def __init__(self):
        self.source = None
        self.origin = None
        self.accepted = {}  # flag -> whether clang knows it

    def fetch(self, workdir):
        archive = debian.find_archive("/usr/src/gcc-12", "gcc-12*.tar.xz",
                                      self.package)
        debian.unpack(archive, [EXECUTE], workdir / "source")
        self.source = workdir / "source" / EXECUTE
        self.origin = debian.package_version(self.package)

    def cases(self):
        return sorted(
            str(path.relative_to(self.source))[:-2]
            for folder in ("", "builtins", "ieee")
            for path in (self.source / folder).glob("*.c")
            if not (folder == "builtins" and path.name.endswith("-lib.c")))

    def sources(self, case):
        source = self.source / (case + ".c")
        if not case.startswith("builtins/"):
            return [source]
        return [source, self.source / (case + "-lib.c"),
                self.source / "builtins/lib/main.c"]

    def wanted_flags(self, case):
        """The flags that the suite's harness would give to GCC."""
        folder = case.rpartition("/")[0]
        path = self.source / case
        if not folder:
            text = path.with_suffix(".c").read_text(encoding="latin-1")
            return directed_flags(text)
        flags = list(FOLDER_FLAGS[folder])
        x_file = path.with_suffix(".x")
        if x_file.exists():
            for verb, words in X_FLAGS.findall(x_file.read_text()):
                given = words.replace('"', " ").split()
                flags = given if verb == "set" else flags + given
        return flags

    def is_accepted(self, flag, settings):
        """Whether clang knows the flag; many are the names of GCC's passes."""
        if flag not in self.accepted:
            with comparison.workplace(settings) as folder:
                done = processes.run(
                    [settings.tool("clang"), "-w", flag, "-fsyntax-only",
                     "-x", "c", "/dev/null"], folder / "native",
                    folder / "captures", comparison.COMPILE_LIMIT)
            self.accepted[flag] = done.status == 0
        return self.accepted[flag]

    def judge(self, case, settings):
        flags = [flag for flag in self.wanted_flags(case)
                 if self.is_accepted(flag, settings)]
        return comparison.judge_program(comparison.Program(
            sources=self.sources(case), flags=DIALECT + flags,
            libraries=["-lm"], origin=self.origin), settings)
