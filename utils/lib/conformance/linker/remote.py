"""A link as remote-run's options: the same inputs, in the same order.

What only changes the file that ld writes, or how the dynamic linker is to treat
it, has no counterpart. What would make another program is passed on under ld's
name, whether remote-run knows it or not: that is to be seen in the results. So
is what changes a program in places, if remote-run has such an option.
"""

import dataclasses

ESSENTIAL = {
    "wrap", "defsym", "undefined", "require-defined", "init", "fini",
    "whole-archive", "no-whole-archive", "allow-multiple-definition",
}
IF_KNOWN = {
    "as-needed", "no-as-needed", "start-group", "end-group", "rpath",
    "export-dynamic", "no-export-dynamic", "export-dynamic-symbol",
    "export-dynamic-symbol-list", "dynamic-list", "dynamic-list-data",
    "dynamic-list-cpp-new", "dynamic-list-cpp-typeinfo", "version-script",
    "exclude-libs", "Bsymbolic", "Bsymbolic-functions",
}
# Why a program is no case, by what its link line has.
OTHER_SCOPE = {
    "static": "-static",
    "script": "a linker script", "default-script": "a linker script",
    "just-symbols": "a linker script",
    "Ttext": "the file's layout", "Tdata": "the file's layout",
    "Tbss": "the file's layout", "Ttext-segment": "the file's layout",
    "image-base": "the file's layout", "section-start": "the file's layout",
    "emulation": "another machine",
}
MAGICS = ((b"!<arch>\n", "archive"), (b"!<thin>\n", "archive"))
ELF_TYPES = {1: "object", 2: "executable", 3: "library"}


def kind_of(path):
    """object, archive, library, source, or script: what ld reads as such."""
    if path.endswith((".c", ".s", ".S", ".cc", ".cpp", ".C")):
        return "source"
    try:
        with open(path, "rb") as file:
            start = file.read(18)
    except OSError:
        return "missing"
    if start.startswith(b"\x7fELF") and len(start) == 18:
        return ELF_TYPES.get(start[16], "script")
    return next((kind for magic, kind in MAGICS if start.startswith(magic)),
                "script")


def other_scope(items):
    """Why the program is not about what remote-run does; None for a case."""
    for item in items:
        if item.option in OTHER_SCOPE and item.value != "elf_x86_64":
            return OTHER_SCOPE[item.option]
        if item.option == "" and kind_of(item.value) == "script":
            return "a linker script"
    return None


@dataclasses.dataclass
class Command:
    main: str  # the first object, or else the first archive
    options: list
    run_path: list  # where libraries are that they need, if no option says it

    def words(self):
        return [*self.options, self.main]

    def environment(self):
        """What comes before remote-run: the same as -rpath for who links when
        he runs."""
        if not self.run_path:
            return []
        return ["env", "LD_LIBRARY_PATH=" + ":".join(self.run_path)]


def command_for(items, known=()):
    """The Command of a link, whose sources have been compiled. None without
    an object and an archive. `known`: the names of remote-run's options."""
    inputs = [(kind_of(item.value), item.value)
              for item in items if item.option == ""]
    mains = ([path for kind, path in inputs if kind == "object"] +
             [path for kind, path in inputs if kind == "archive"])
    if not mains:
        return None
    # What may load plug-ins counts as linked with -rdynamic, if nothing is said.
    options = (["--no-export-dynamic"] if "no-export-dynamic" in known else [])
    main = mains[0]
    for item in items:
        if item.option == "" and item.value == main:
            # Given twice, it counts twice.
            main = None
        elif item.option == "":
            options.append(option_for(kind_of(item.value), item.value))
        elif item.option == "library":
            options.append("-l" + item.value)
        elif item.option == "library-path":
            options.append("-L" + item.value)
        elif item.option == "entry":
            options.append("--entry-function=" + item.value)
        elif item.option in ESSENTIAL or (item.option in IF_KNOWN and
                                          item.option in known):
            options.append("--" + item.option +
                           ("=" + item.value if item.value else ""))
    return Command(mains[0], options, [
        item.value for item in items
        if item.option == "rpath" and "rpath" not in known])


def option_for(kind, path):
    return "--extra-%s=%s" % (
        kind if kind in ("archive", "library") else "object", path)
