"""Takes the place of gcc, g++ and ld in ld's testsuite.

  driver.py PROGRAM [argument...]

Whatever the command, PROGRAM does it. Where that has linked an executable, the
file is put aside, and a script takes its place that says in the journal that it
was run, and then runs the native program, or has remote-run link the same
inputs and run what comes out. A link beside it, FILE.native, is for who looks
into the file. What the linker says, and whether it succeeds, is its own affair
in both manners.

The suite's settings are in the environment:
  LINKER_SUITE_JOURNAL     the file of what was linked and run: lines of JSON
  LINKER_SUITE_PROGRAMS    the folder for what was linked natively
  LINKER_SUITE_REMOTE_RUN  remote-run and its options, as JSON; empty: natively
  LINKER_SUITE_OPTIONS     the names of remote-run's options
  LINKER_SUITE_LIMIT       seconds that a program may take
"""

import os
import sys

import command
import remote


def main():
    program, *words = sys.argv[1:]
    if not command.makes_executable(words):
        os.execv(program, [program, *words])
    status = os.spawnv(os.P_WAIT, program, [program, *words])
    items = command.items_of(program, words)
    output = command.output_of(items)
    if status != 0 or not is_program(output):
        # As a shell has it, where a signal has ended it.
        sys.exit(status if status >= 0 else 128 - status)
    number, folder = new_folder()
    native = os.path.join(folder, os.path.basename(output))
    os.rename(output, native)
    link = output + ".native"
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(native, link)
    scope = remote.other_scope(items)
    write_journal({"linked": number, "scope": scope,
                   "line": [program, *words]})
    run = ["timeout", "--foreground", "--kill-after=5", os.environ["LINKER_SUITE_LIMIT"],
           native]
    if os.environ["LINKER_SUITE_REMOTE_RUN"] and not scope:
        run = remote_command(program, words, items, folder)
    write_script(output, number, run)


def is_program(path):
    return os.path.isfile(path) and remote.kind_of(path) in ("executable",
                                                             "library")


def new_folder():
    number = 0
    while True:
        folder = os.path.join(os.environ["LINKER_SUITE_PROGRAMS"], str(number))
        try:
            os.mkdir(folder)
            return number, folder
        except FileExistsError:
            number += 1


def write_journal(entry):
    import json
    with open(os.environ["LINKER_SUITE_JOURNAL"], "a") as journal:
        journal.write(json.dumps(entry) + "\n")


def remote_command(program, words, items, folder):
    import json
    made = remote.command_for(as_objects(program, words, items, folder),
                              os.environ["LINKER_SUITE_OPTIONS"].split())
    if not made:
        return ["sh", "-c", "echo no object to link >&2; exit 125"]
    return [*made.environment(),
            *json.loads(os.environ["LINKER_SUITE_REMOTE_RUN"]), *made.words()]


def as_objects(program, words, items, folder):
    """The items, with objects in the places of sources and of GIMPLE."""
    items = [compiled(program, words, item, folder)
             if item.option == "" and remote.kind_of(item.value) == "source"
             else item for item in items]
    if any(item.option == "" and has_gimple(item.value) for item in items):
        return optimized(program, words, items, folder)
    return items


def compiled(program, words, item, folder):
    """An object of a source of the link line, by the line's own flags."""
    target = os.path.join(folder, os.path.basename(item.value) + ".o")
    flags = [word for word in words if word.startswith(
        ("-f", "-O", "-g", "-m", "-I", "-D", "-U", "-std", "-W"))
        and not word.startswith("-Wl,")]
    os.spawnv(os.P_WAIT, program,
              [program, *flags, "-c", item.value, "-o", target])
    return command.Item("", target)


def has_gimple(path):
    """Whether there is GCC's intermediate code in it, which is its linker
    plugin's to compile."""
    return (remote.kind_of(path) in ("object", "archive") and
            any(is_gimple(contents) for _, contents in members_of(path)))


def is_gimple(contents):
    return b".gnu.lto_" in contents


def members_of(path):
    """The names and the contents of an archive's objects, or of the object."""
    with open(path, "rb") as file:
        contents = file.read()
    if not contents.startswith(b"!<arch>\n"):
        yield os.path.basename(path), contents
        return
    place = 8
    while place + 60 <= len(contents):
        size = int(contents[place + 48:place + 58])
        member = contents[place + 60:place + 60 + size]
        if member.startswith(b"\x7fELF"):
            yield "%d.o" % place, member
        place += 60 + size + size % 2


def optimized(program, words, items, folder):
    """The items with the objects that the plugin compiled, as it gives them to
    the linker: where the first file of intermediate code stood."""
    compiled_here = plugin_objects(program, words, folder)
    result = []
    for item in items:
        if item.option != "" or not has_gimple(item.value):
            result.append(item)
            continue
        result += compiled_here
        compiled_here = []
        if remote.kind_of(item.value) == "archive":
            result += without_gimple(item.value, folder)
    return result


def plugin_objects(program, words, folder):
    # GCC leaves them beside the output, and only if that is here.
    name = "linker-suite-" + os.path.basename(folder)
    line = list(words)
    line[line.index("-o") + 1] = name
    os.spawnv(os.P_WAIT, program, [program, *line, "-save-temps"])
    objects = []
    for left in sorted(each for each in os.listdir(".")
                       if each.startswith(name)):
        path = os.path.join(folder, left)
        os.rename(left, path)
        if left.endswith(".o") and not has_gimple(path):
            # Debug information refers to other objects, which are gone.
            os.spawnv(os.P_WAIT, "/usr/bin/strip",
                      ["strip", "--strip-unneeded", path])
            objects.append(command.Item("", path))
    return objects


def without_gimple(archive, folder):
    """An archive of the other members, if there are any."""
    place = os.path.join(folder, os.path.basename(archive) + ".members")
    # It may be given twice.
    os.makedirs(place, exist_ok=True)
    names = []
    for name, contents in members_of(archive):
        if not is_gimple(contents):
            names.append(os.path.join(place, name))
            with open(names[-1], "wb") as file:
                file.write(contents)
    if not names:
        return []
    rest = os.path.join(place, "rest.a")
    os.spawnv(os.P_WAIT, "/usr/bin/ar", ["ar", "rc", rest, *names])
    return [command.Item("", rest)]


def write_script(path, number, run):
    """The program by the name that it is called by, with its arguments."""
    with open(path, "w") as script:
        script.write("#!/bin/sh\necho '{\"ran\": %d}' >>%s\nexec %s \"$@\"\n" % (
            number, quoted(os.environ["LINKER_SUITE_JOURNAL"]),
            " ".join(map(quoted, run))))
    os.chmod(path, 0o755)


def quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"


if __name__ == "__main__":
    main()
