"""What the directives of a test of libstdc++ ask for: `{ dg-do run { target c++11 } }`.

The suite describes each test in its comments. The directives are Tcl commands,
one on a line. Here they are read for one target (x86-64 Linux with GNU's libc)
and for a compiler that is not GCC: what this machine does not have makes a test
unsupported, as with DejaGnu, and a word that is not known at all is an error,
so that no test is left out because of a misspelling of ours.
"""

import fnmatch
import re

TARGET = "x86_64-pc-linux-gnu"
DEFAULT_STANDARD = 17
DIRECTIVE = re.compile(r"\{[ \t]+(dg-[-a-z]+)[ \t]+(.*)[ \t]+\}")

# The keywords of target-supports.exp and libstdc++.exp that the tests name, as
# they are on this target with the distribution's libstdc++. Decimal floating
# point is of the compiler (clang has none), stacktraces and the modes are of the
# way in which the library or the run of all tests is configured.
KEYWORDS = {
    **dict.fromkeys((
        "pthread", "gthreads", "lp64", "cxx11_abi", "tls", "tls_runtime",
        "random_device", "futex", "ieee_floats", "net_ts_ip", "tbb_backend",
        "std_allocator_new", "size32plus", "exceptions_enabled", "static",
        "large_long_double"), True),
    **dict.fromkeys((
        "simulator", "ia32", "ilp32", "llp64", "dfp", "stacktrace", "newlib",
        "debug_mode", "profile_mode", "parallel_mode", "run_expensive_tests",
        "lax_strtofp", "dummy_wcsftime", "broken_cplxf_arg",
        "newlib_broken_long_double_io"), False),
}

# dg-require-NAME
REQUIREMENTS = {
    **dict.fromkeys((
        "atomic-builtins", "binary-io", "c-std", "cmath", "cstdint",
        "cxa-atexit", "fileio", "filesystem-ts", "fork", "gthreads",
        "gthreads-timed", "iconv", "little-endian", "mkfifo", "normal-mode",
        "normal-namespace", "nprocs", "sched-yield", "sharedlib", "sleep",
        "static-libstdcxx", "string-conversions", "swprintf", "thread-fence",
        "time"), True),
    "parallel-mode": False,
}

# dg-add-options NAME
OPTIONS = {
    "ieee": [],
    "libatomic": ["-latomic"],
    "net_ts": [],
    "no_pch": ["-D__GLIBCXX__=99999999"],
    "tls": [],
    "using-deprecated": ["-U_GLIBCXX_USE_DEPRECATED",
                         "-D_GLIBCXX_USE_DEPRECATED=1"],
}

# What these say is about the compiler's messages.
IGNORED = {"dg-bogus", "dg-error", "dg-warning", "dg-message", "dg-final",
           "dg-prune-output", "dg-excess-errors", "dg-xfail-if"}

STANDARD_YEARS = {"98": 3, "03": 3, "0x": 11, "11": 11, "1y": 14, "14": 14,
                  "1z": 17, "17": 17, "2a": 20, "20": 20, "2b": 23, "23": 23}


class DirectiveError(Exception):
    """A directive that cannot be read."""


def split_list(text):
    """The elements of a Tcl list: words, "quoted" and {braced} ones."""
    elements, position = [], 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        if position == len(text):
            return elements
        end = element_end(text, position)
        quoted = text[position] in '{"'
        elements.append(text[position + quoted:end - quoted])
        position = end


def element_end(text, start):
    """Where the element of a Tcl list ends that starts at `start`."""
    if text[start] == '"':
        end = text.find('"', start + 1)
    elif text[start] == "{":
        depth = 0
        for end in range(start, len(text)):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            if depth == 0:
                break
        else:
            end = -1
    else:
        return start + len(text[start:].split(None, 1)[0])
    if end < 0:
        raise DirectiveError("unbalanced: " + text)
    return end + 1


class Selector:
    """Answers which targets a selector means, for the options of one test."""

    def __init__(self, flags):
        self.flags = flags

    def standard(self):
        """The C++ standard that the options choose, by its year."""
        chosen = DEFAULT_STANDARD
        for flag in self.flags:
            match = re.fullmatch(r"-std=(?:c|gnu)\+\+(\w+)", flag)
            if match:
                chosen = STANDARD_YEARS[match.group(1)]
        return chosen

    def matches_standard(self, word):
        name, only = re.subn(r"_only$", "", word)
        name, down = re.subn(r"_down$", "", name)
        year = STANDARD_YEARS[name[len("c++"):]]
        if only:
            return self.standard() == year
        return self.standard() <= year if down else self.standard() >= year

    def matches_word(self, word):
        if word.startswith("c++"):
            return self.matches_standard(word)
        if "-" in word or "*" in word:
            return fnmatch.fnmatchcase(TARGET, word)
        if word not in KEYWORDS:
            raise DirectiveError("unknown target keyword: " + word)
        return KEYWORDS[word]

    def matches(self, text):
        """Whether a selector expression holds: words, !, && and ||."""
        elements = split_list(text)
        if len(elements) == 1:
            word = elements[0]
            return self.matches_word(word) if word == text else (
                self.matches(word))
        if elements[:1] == ["!"]:
            return not self.matches(joined(elements[1:]))
        if elements[1:2] == ["&&"]:
            return (self.matches(elements[0]) and
                    self.matches(joined(elements[2:])))
        if elements[1:2] == ["||"]:
            return (self.matches(elements[0]) or
                    self.matches(joined(elements[2:])))
        return any(self.matches(element) for element in elements)

    def flags_match(self, patterns):
        """Whether one of the options matches one of a list of patterns."""
        return any(fnmatch.fnmatchcase(flag, pattern)
                   for pattern in split_list(patterns)
                   for flag in self.flags + [""])


def joined(elements):
    """The elements as a list of Tcl's again."""
    return " ".join("{%s}" % element for element in elements)


class Directives:
    """One test: whether and how it is compiled and run.

    runs         a program that is to be run (not only compiled, say)
    unsupported  why it cannot be chosen here; None if it can
    flags        the test's own options, for the compiler and the linker
    mode         options of the run of all tests (make check-debug) that has it
    fails        the suite itself expects that the program fails
    patience     how much longer than usual it may take
    locales      the named locales that it needs
    """

    def __init__(self, source):
        self.unsupported = None
        self.flags = []
        self.mode = []
        self.fails = False
        self.patience = 1.0
        self.locales = []
        found = [match.groups() for match in
                 map(DIRECTIVE.search, source.split("\n")) if match]
        # The other directives of a test that is only compiled are of no interest.
        self.runs = all(split_list(text)[0] == "run"
                        for name, text in found if name == "dg-do")
        if not self.runs:
            return
        for name, text in found:
            if name not in IGNORED:
                self.obey(name, split_list(text))

    def selector(self):
        return Selector(self.flags)

    def applies(self, arguments):
        """Whether the `{ target … }` at the end of a directive, if any, holds."""
        if not arguments:
            return True
        keyword, expression = arguments[0].split(None, 1)
        if keyword != "target":
            raise DirectiveError("not a target: " + arguments[0])
        return self.selector().matches(expression)

    def leave_out(self, reason):
        self.unsupported = self.unsupported or reason

    def obey(self, name, arguments):
        if name == "dg-do":
            self.obey_do(arguments[1:])
        elif name == "dg-options":
            if self.applies(arguments[1:]):
                self.flags = arguments[0].split()
        elif name == "dg-additional-options":
            if self.applies(arguments[1:]):
                self.flags += arguments[0].split()
        elif name == "dg-add-options":
            self.flags += OPTIONS[arguments[0]]
        elif name == "dg-timeout-factor":
            if self.applies(arguments[1:]):
                self.patience = max(self.patience, float(arguments[0]))
        elif name == "dg-skip-if":
            if self.holds_if(arguments):
                self.leave_out("skipped here: " + arguments[0])
        elif name == "dg-xfail-run-if":
            self.fails = self.fails or self.holds_if(arguments)
        elif name.startswith("dg-require-"):
            self.require(name[len("dg-require-"):], arguments)
        else:
            raise DirectiveError("unknown directive: " + name)

    def require(self, name, arguments):
        if name == "namedlocale":
            self.locales += filter(None, arguments)
        elif name == "debug-mode":
            self.mode = ["-D_GLIBCXX_DEBUG"]
        elif name == "effective-target":
            if not self.selector().matches(arguments[0]):
                self.leave_out("needs " + arguments[0])
        elif not REQUIREMENTS[name]:
            self.leave_out("needs " + name)

    def obey_do(self, arguments):
        """dg-do run { target SELECTOR xfail SELECTOR }"""
        if not arguments:
            return
        keyword, expression = arguments[0].strip().split(None, 1)
        expected, _, failing = expression.partition(" xfail ")
        if keyword == "xfail":
            expected, failing = "*-*-*", expression
        if not self.selector().matches(expected):
            self.leave_out("not for this target: " + expected)
        self.fails = bool(failing) and self.selector().matches(failing)

    def holds_if(self, arguments):
        """dg-…-if COMMENT SELECTOR [FLAGS [FLAGS THAT MUST NOT BE]]"""
        if not self.selector().matches(arguments[1]):
            return False
        if len(arguments) > 2 and not self.selector().flags_match(arguments[2]):
            return False
        return len(arguments) < 4 or not arguments[3] or (
            not self.selector().flags_match(arguments[3]))
