"""What a command of a compiler driver, or of ld, links.

The inputs and the options that a linker's result depends on, in their order,
whatever the driver calls them: `-Wl,-u,f`, `-u f` and `-Xlinker -u ...` are the
same item.
"""

import dataclasses
import os

# Without these, a driver links an executable. (-r is ld's, too.)
NO_EXECUTABLE = {"-c", "-S", "-E", "-M", "-MM", "-r", "-shared", "--shared",
                 "-Bshareable", "-fsyntax-only", "-v", "-###", "--help",
                 "--version", "--print-sysroot", "-dumpversion", "-dumpmachine"}
# Options of a driver whose value is the next word, with what ld calls them;
# empty where ld does not hear of them.
DRIVER_VALUES = {
    "-o": "-o", "-u": "-u", "-e": "-e", "-T": "-T", "-z": "-z", "-l": "-l",
    "-L": "-L", "-x": "", "-I": "", "-D": "", "-U": "", "-B": "",
    "-include": "", "-isystem": "", "-idirafter": "", "-iquote": "",
    "-dumpdir": "", "-dumpbase": "", "--param": "", "-MF": "", "-MT": "",
}
# Those of a driver that ld hears of by the same name.
DRIVER_SWITCHES = {"-static": "-static", "-static-pie": "-static",
                   "--static": "-static", "-s": "-s", "-rdynamic": "-E"}
# Options of ld whose value is the next word, or comes after '='.
LD_VALUES = {
    "o": "output", "u": "undefined", "e": "entry", "T": "script",
    "z": "z", "l": "library", "L": "library-path", "m": "emulation",
    "h": "soname", "R": "rpath", "Map": "Map", "b": "format",
    "f": "auxiliary", "F": "filter", "G": "gpsize", "y": "trace-symbol",
    "P": "depaudit", "I": "dynamic-linker",
}
LD_LONG_VALUES = {
    "undefined", "require-defined", "entry", "script", "dynamic-linker",
    "library", "library-path", "soname", "rpath", "rpath-link", "Map",
    "version-script", "dynamic-list", "export-dynamic-symbol",
    "export-dynamic-symbol-list", "wrap", "defsym", "init", "fini", "audit",
    "depaudit", "plugin", "plugin-opt", "default-script", "image-base",
    "section-start", "Ttext", "Tdata", "Tbss", "Ttext-segment", "exclude-libs",
    "dependency-file", "sort-section", "format", "oformat", "output",
    "retain-symbols-file", "just-symbols", "trace-symbol", "hash-style",
    "unresolved-symbols", "build-id", "assert", "out-implib", "sysroot",
}
# Long ones with a single dash, which are not -e with its value.
WORDS = ("-export-", "-emit-relocs", "-eh-frame", "-enable-", "-end-group",
         "-error-", "-embedded-relocs")
# Another name, as ld's manual has it.
SAME_AS = {"E": "export-dynamic", "(": "start-group", ")": "end-group"}
# Their values stand only after '='.
LD_JOINED_ONLY = {"hash-style", "unresolved-symbols", "build-id",
                  "sort-section", "sysroot", "dependency-file"}


@dataclasses.dataclass(frozen=True)
class Item:
    """An input, whose option is empty, or one option of ld's.

    Options have ld's long name without dashes where it has one; `value` is
    empty for those that take none.
    """

    option: str
    value: str = ""


def makes_executable(words):
    """Whether the command links an executable, and not an object or a library."""
    return not any(word in NO_EXECUTABLE or word.startswith("-print-") or
                   word.startswith("--print-") for word in words)


def output_of(items):
    return next((item.value for item in items if item.option == "output"),
                "a.out")


def items_of(program, words):
    """All items of a command, of ld or of a driver."""
    if os.path.basename(program) == "ld":
        return list(ld_items(words))
    return list(ld_items(driver_words(words)))


def driver_words(words):
    """What a driver tells ld of its own command line, libraries of its own
    left out."""
    # Debian's GCC says it before all else.
    yield "--as-needed"
    rest = iter(words)
    for word in rest:
        if word.startswith("-Wl,"):
            yield from word.split(",")[1:]
        elif word == "-Xlinker":
            yield next(rest, "")
        elif word in DRIVER_VALUES:
            value = next(rest, "")
            if DRIVER_VALUES[word]:
                yield from (DRIVER_VALUES[word], value)
        elif word in DRIVER_SWITCHES:
            yield DRIVER_SWITCHES[word]
        elif (word[:2] in ("-l", "-L", "-u", "-T", "-z") or
              not word.startswith("-")):
            yield word
        elif word in ("-m32", "-mx32"):
            yield from ("-m", word)


def ld_items(words):
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            yield Item("", word)
            continue
        name, is_joined, value = word.lstrip("-").partition("=")
        if name in LD_LONG_VALUES:
            if not is_joined and name not in LD_JOINED_ONLY:
                value = next(rest, "")
            yield Item(name, value)
        elif word[1] in LD_VALUES and not word.startswith("--"):
            # -lNAME, -l NAME; but -static, -shared and their like are words.
            if len(word) == 2:
                yield Item(LD_VALUES[word[1]], next(rest, ""))
            elif word[1] in "lLuzTRemhy" and not word.startswith(WORDS):
                yield Item(LD_VALUES[word[1]], word[2:])
            else:
                yield Item(name, value)
        else:
            yield Item(SAME_AS.get(name, name), value)
