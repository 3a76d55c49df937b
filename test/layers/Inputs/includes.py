"""Checks every #include of lib, tools, include and examples against the layers.

  includes.py <root of the sources>
"""

import pathlib
import re
import sys

# Each folder and the layers of ours whose headers it may include, besides its
# own. LLVM's are for those in WITH_LLVM.
ALLOWED = {
    "lib/wire": (),
    "lib/transport": ("wire",),
    "lib/executor": ("wire", "transport"),
    "lib/controller": ("wire", "transport"),
    "lib/jit": ("wire", "controller"),
    "lib/driver": ("wire", "controller", "jit"),
    "tools/remote-passes": ("controller", "jit"),
    "tools/remote-run": ("wire", "controller", "jit", "driver"),
    "tools/remote-stub": ("wire", "executor"),
    "tools/sanitizers": (),
    # Other people's code: what is installed, and their own.
    "include/remote-run": (),
    "examples/expression": (),
    "examples/host-application": (),
    "examples/repl": (),
}
WITH_LLVM = ("lib/jit", "lib/driver", "tools/remote-passes", "tools/remote-run",
             "examples/expression", "examples/repl")
# The public headers, which all layers may include; but these say what the driver
# does, and need libstdc++.
OF_DRIVER = ("RemoteJIT.h", "RemoteValue.h")
WITH_DRIVER = ("lib/driver", "include/remote-run")
# What needs no LLVM inside lib/jit, so that it can be tested without.
LAYOUT = ("SlabLayout.h", "SlabLayout.cpp")

# Inside a layer, its rooms: each may include only those before it.
ROOMS = {
    "lib/executor": ("base", "machine", "memory", "loader", "tls", "unwind",
                     "crash", "symbols", "open", "application", "guest",
                     "session", "supervisor"),
    "lib/controller": ("base", "process", "terminal", "crash", "launch",
                       "session", "guest", "result"),
    "lib/jit": ("base", "target", "object", "cache", "ir", "codegen", "link",
                "debug"),
    "lib/driver": ("settings", "compile", "link", "run", "open"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def is_llvm(header):
    return header.startswith(("llvm/", "llvm-c/"))


def problem(folder, file, quote, header):
    """What is wrong with \\p file's including \\p header, or nothing."""
    if is_llvm(header):
        if folder in WITH_LLVM and file.name not in LAYOUT:
            return ""
        return "LLVM is for %s" % ", ".join(WITH_LLVM)
    if quote == "<":
        return ""
    layer, slash, rest = header.partition("/")
    if not slash:
        # Headers beside a program's main; the libraries name their layer.
        return ("" if folder.startswith(("tools/", "examples/"))
                else "it names no layer")
    if layer == "remote-run":
        return ("%s is for %s" % (header, ", ".join(WITH_DRIVER))
                if rest in OF_DRIVER and folder not in WITH_DRIVER else "")
    if "lib/" + layer == folder or layer in ALLOWED[folder]:
        return ""
    return "%s may use: %s" % (folder, ", ".join(ALLOWED[folder]) or "nothing")


def room_problem(name, header):
    """What is wrong with it by the order of the rooms, or nothing."""
    rooms = ROOMS.get("/".join(name.parts[:2]))
    if not rooms:
        return ""
    if name.parts[2] not in rooms:
        return "the file is in none of the rooms %s" % ", ".join(rooms)
    layer, _, rest = header.partition("/")
    if layer != name.parts[1]:
        return ""
    other, slash, _ = rest.partition("/")
    if not slash or other not in rooms:
        return "it names no room"
    if rooms.index(other) > rooms.index(name.parts[2]):
        return "room %s comes after %s" % (other, name.parts[2])
    return ""


def sources(root):
    for top in ("lib", "tools", "include", "examples"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix in (".h", ".c", ".cpp"):
                yield file


def main():
    root = pathlib.Path(sys.argv[1])
    wrong, seen = 0, set()
    for file in sources(root):
        name = file.relative_to(root)
        folder = "/".join(name.parts[:2])
        if folder not in ALLOWED:
            print("%s: no layer" % name)
            wrong += 1
            continue
        seen.add(folder)
        for quote, header in INCLUDE.findall(file.read_text()):
            text = (problem(folder, file, quote, header)
                    or quote == '"' and room_problem(name, header))
            if text:
                print("%s includes %s: %s" % (name, header, text))
                wrong += 1
    for folder in sorted(set(ALLOWED) - seen):
        print("%s: nothing found there" % folder)
        wrong += 1
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
