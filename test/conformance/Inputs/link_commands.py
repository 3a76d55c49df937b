"""What linker's driver makes of commands: link_commands.py FOLDER-OF-MODULES

Here are a.o, b.o, lib.a, lib.so, and script.ld, which is none of these.
"""

import sys

sys.path.insert(0, sys.argv[1])
import command  # noqa: E402
import remote  # noqa: E402

# A command, and that of remote-run.
LINKS = {
    "gcc a.o": "a.o",
    "gcc -o x -O2 -pie a.o b.o -lm": "--extra-object=b.o -lm a.o",
    "gcc -L. -Ldir -L dir2 b.o -lz -l m a.o": "-L. -Ldir -Ldir2 -lz -lm "
                                              "--extra-object=a.o b.o",
    # An object, wherever it is; given twice, it counts twice.
    "gcc lib.so lib.a a.o a.o": "--extra-library=lib.so --extra-archive=lib.a "
                                "--extra-object=a.o a.o",
    "gcc ./lib.so lib.a": "--extra-library=./lib.so lib.a",
    # What a driver keeps from ld, values included.
    "gcc -I a.o -D b.o -x none -Bdir -include c.h a.o": "a.o",
    # All spellings of one option.
    "gcc -Wl,-u,f,--undefined=g a.o -u h -Xlinker -uk -ul":
        "--undefined=f --undefined=g --undefined=h --undefined=k "
        "--undefined=l a.o",
    "ld -u f --undefined g -undefined=h a.o":
        "--undefined=f --undefined=g --undefined=h a.o",
    "gcc -Wl,--wrap,f,--wrap=g,--defsym,x=1,--defsym=y=x a.o":
        "--wrap=f --wrap=g --defsym=x=1 --defsym=y=x a.o",
    "gcc -Wl,-e,start a.o": "--entry-function=start a.o",
    "ld -entry=start a.o": "--entry-function=start a.o",
    "gcc -Wl,--whole-archive lib.a -Wl,--no-whole-archive a.o":
        "--whole-archive --extra-archive=lib.a --no-whole-archive a.o",
    "gcc -Wl,-( lib.a -Wl,-) -Wl,--as-needed a.o": "--extra-archive=lib.a a.o",
    "ld -z now -znoexecstack -Map=b.o -soname b.o --hash-style=gnu a.o": "a.o",
    "gcc -Wl,-z,now -z text -Wl,--version-script,b.o a.o": "a.o",
    "gcc -Wl,-rpath,dir,-R,dir2 -Wl,-rpath=. a.o":
        "LD_LIBRARY_PATH=dir:dir2:. a.o",
}
# The same, if remote-run has all options. Then it is told that what natively
# needs -rdynamic needs it here, too.
WITH_ALL = {
    "ld -( lib.a -) a.o":
        "--start-group --extra-archive=lib.a --end-group a.o",
    "ld --as-needed lib.so --no-as-needed a.o":
        "--as-needed --extra-library=lib.so --no-as-needed a.o",
    # It is the default of Debian's GCC.
    "gcc lib.so -Wl,--no-as-needed a.o":
        "--as-needed --extra-library=lib.so --no-as-needed a.o",
    "gcc -rdynamic -Wl,-export-dynamic,-E a.o":
        "--as-needed --export-dynamic --export-dynamic --export-dynamic a.o",
    "ld --version-script=v --dynamic-list-data a.o":
        "--version-script=v --dynamic-list-data a.o",
    "ld -rpath dir -eh-frame-hdr a.o": "--rpath=dir a.o",
}
# A command, and why it is no case.
OTHERS = {
    "gcc -static a.o": "-static",
    "gcc -static-pie a.o": "-static",
    "gcc -Wl,-T,script.ld a.o": "a linker script",
    "gcc -Tscript.ld a.o": "a linker script",
    "gcc script.ld a.o": "a linker script",
    "gcc -Wl,--section-start=x=1 a.o": "the file's layout",
    "gcc -Wl,-Ttext,0x1000 a.o": "the file's layout",
    "ld -Ttext=0x1000 a.o": "the file's layout",
    "gcc -m32 a.o": "another machine",
    "ld -m elf_i386 a.o": "another machine",
    "ld -melf_x86_64 a.o": None,
    "gcc -rdynamic -Wl,--export-dynamic a.o": None,
    "gcc a.o lib.a lib.so -lm": None,
}
NO_EXECUTABLES = ("gcc -c a.c", "gcc -shared a.o", "ld -r a.o -o b.o", "gcc -v",
                  "gcc -print-file-name=x", "gcc --version", "gcc -S a.c")


def expect(line, found, wanted):
    if found != wanted:
        sys.exit("%s\ngives %s, not %s" % (line, found, wanted))


def items(line):
    program, *words = line.split()
    expect(line, command.makes_executable(words), True)
    return command.items_of(program, words)


for line, wanted in LINKS.items():
    made = remote.command_for(items(line))
    expect(line, [*made.environment()[1:], *made.words()], wanted.split())
    expect(line, remote.other_scope(items(line)), None)
for line, wanted in WITH_ALL.items():
    made = remote.command_for(items(line), remote.IF_KNOWN)
    expect(line, [*made.environment(), *made.words()],
           ["--no-export-dynamic", *wanted.split()])
for line, wanted in OTHERS.items():
    expect(line, remote.other_scope(items(line)), wanted)
for line in NO_EXECUTABLES:
    expect(line, command.makes_executable(line.split()[1:]), False)
expect("no object", remote.command_for(items("gcc -lm")), None)
expect("-o", command.output_of(items("gcc a.o -o x")), "x")
expect("no -o", command.output_of(items("gcc a.o")), "a.out")
