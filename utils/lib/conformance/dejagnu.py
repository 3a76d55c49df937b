"""Reads the directives in a test's comments that give the compiler flags.

`{ dg-options "..." { target ... } }` and `{ dg-additional-options ... }` are
honoured where they have no selector, or one that is clearly true here. Others
of DejaGnu's directives say where a test is not expected to pass; here, the
native program tells.
"""

import fnmatch
import re

TRIPLE = "x86_64-pc-linux-gnu"
# Of the effective targets that selectors name, those that hold here.
TRUE_HERE = {"lp64", "fpic", "signal", "alloca", "int128", "int32plus",
             "c99_runtime", "pthread", "hosted", "c", "c++"}
FALSE_HERE = {"ia32", "ilp32", "x32", "llp64", "newlib", "newlib_nano_io",
              "freestanding"}

_DIRECTIVE = re.compile(r"\{\s*(dg-[a-z-]+)\s")
_WORD = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^\s{}"]+)|(\{)|(\}))')


class _Malformed(Exception):
    pass


def _words(text, start):
    """The words of a Tcl list from `start` to its closing brace, nested."""
    words = []
    while True:
        match = _WORD.match(text, start)
        if not match:
            raise _Malformed
        start = match.end()
        if match.group(3):
            inner, start = _words(text, start)
            words.append(inner)
        elif match.group(4):
            return words, start
        elif match.group(1) is not None:
            words.append(re.sub(r"\\(.)", r"\1", match.group(1)))
        else:
            words.append(match.group(2))


def directives(source):
    """All directives: lists of the name and its words."""
    for line in source.splitlines():
        match = _DIRECTIVE.search(line)
        if match:
            try:
                words, _ = _words(line, match.end())
            except _Malformed:
                continue
            yield [match.group(1), *words]


def holds(selector):
    """Whether a selector is true here; None where that is not clear."""
    if isinstance(selector, str):
        if "-" in selector:
            return fnmatch.fnmatch(TRIPLE, selector)
        if selector in TRUE_HERE:
            return True
        return False if selector in FALSE_HERE else None
    if selector[:1] == ["!"] and len(selector) == 2:
        inner = holds(selector[1])
        return None if inner is None else not inner
    for operator, decisive in (("||", True), ("&&", False)):
        if operator in selector:
            at = selector.index(operator)
            return _combine(holds(_only(selector[:at])),
                            holds(_only(selector[at + 1:])), decisive)
    values = [holds(one) for one in selector]
    result = False
    for value in values:
        result = _combine(result, value, True)
    return result


def _only(words):
    return words[0] if len(words) == 1 else words


def _combine(left, right, decisive):
    if decisive in (left, right):
        return decisive
    return None if None in (left, right) else not decisive


def _applies(words):
    """Whether the selector of a directive, its last word, is true here."""
    if len(words) < 3:
        return True
    selector = words[2]
    if not isinstance(selector, list) or selector[:1] != ["target"]:
        return False
    return holds(_only(selector[1:])) is True


def flags(source):
    """The flags that the test asks for, in their order."""
    chosen, additional = [], []
    for words in directives(source):
        if words[0] not in ("dg-options", "dg-additional-options") or \
                len(words) < 2 or not _applies(words):
            continue
        text = words[1]
        given = text.split() if isinstance(text, str) else list(text)
        if words[0] == "dg-options":
            chosen = given
        else:
            additional += given
    return chosen + additional
