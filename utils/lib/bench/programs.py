"""The programs that are measured, and how they are made.

Each is made once, in a folder under build/bench, and again when what it is
made of changes: its sources, this file, or the compiler. Each is compiled twice
by the same clang at the same level: to bitcode, and to an executable.
"""

import concurrent.futures
import dataclasses
import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys

import library_source

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
KERNELS = {path.stem: path for path in sorted(HERE.glob("kernels/*.c*"))}
SYMBOLS = ROOT / "test/scale/Inputs/delay_symbols.py"
JSONNET_TEXT = "{ a: std.length('abc'), b: [x * x for x in std.range(1, 9)] }"
WORK = HERE / "work"
# Of the library, as much as takes some seconds to compile.
NEEDED_FAMILIES = range(8)
CPYTHON_TREE = ("build", "Makefile", "Modules", "pybuilddir.txt", "pyconfig.h")
MIB = 1 << 20
DATA_MIB = 256
LARGE_ZEROS_MIB, SMALL_ZEROS_MIB = 1024, 1
LIBRARY_PARTS = 4

EMPTY = "int main(void) { return 0; }\n"
ZEROS = """\
static char array[SIZE];

int main(void) {
  volatile char *bytes = array;
  bytes[0] = 1;
  bytes[SIZE - 1] = 1;
  return bytes[0] - bytes[SIZE - 1];
}
"""
# Writable, so that nobody may map it from a file, and of one C array, which
# clang turns into one constant of the IR.
DATA = """\
static unsigned char data[] = {
#embed "data.bin"
};

int main(void) {
  volatile unsigned char *bytes = data;
  bytes[0] = 7;
  bytes[sizeof(data) - 1] = 7;
  return bytes[0] - bytes[sizeof(data) - 1];
}
"""


class CannotMake(Exception):
    """A program could not be made; the argument says why."""


@dataclasses.dataclass
class Program:
    main: pathlib.Path                  # the bitcode with main
    native: pathlib.Path                # the same as an executable
    modules: tuple = ()                 # more bitcode
    arguments: tuple = ()
    is_cxx: bool = False
    link: tuple = ()                    # what clang has to be told
    beside: pathlib.Path = None         # where an executable of it has to be


def program_at(stem):
    return Program(stem.with_suffix(".bc"), stem.with_suffix(".native"))


class Workshop:
    """Makes programs in a folder with the tools of an LLVM."""

    def __init__(self, build, llvm, say):
        self.build, self.llvm, self.say = build, llvm, say
        self.folder = build / "bench" / "programs"

    def clang(self, *words, plus=False):
        self.call(self.llvm / ("clang++" if plus else "clang"), "-w", *words)

    def call(self, *command, out=None):
        done = subprocess.run([str(word) for word in command], stdout=out,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise CannotMake("%s: %s" % (command[0], done.stderr))

    def compile_twice(self, source, stem, *flags):
        plus = source.suffix == ".cpp"
        self.clang(*flags, "-c", "-emit-llvm", source, "-o",
                   stem.with_suffix(".bc"), plus=plus)
        self.clang(*flags, source, "-o", stem.with_suffix(".native"), "-lm",
                   plus=plus)

    def made(self, name, parts, make):
        """The stem of the program, which make(stem) makes if need be."""
        folder = self.folder / name
        compiler = os.stat(self.llvm / "clang")
        state = [pathlib.Path(__file__).read_text(), str(self.llvm),
                 "%d %d" % (compiler.st_size, compiler.st_mtime), *parts]
        stamp = hashlib.sha256("\0".join(state).encode()).hexdigest()
        stem, stamp_file = folder / name, folder / "stamp"
        if not stamp_file.exists() or stamp_file.read_text() != stamp:
            self.say("making the program '%s'" % name)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            make(stem)
            stamp_file.write_text(stamp)
        return stem

    def from_text(self, name, text, *flags):
        def make(stem):
            source = stem.with_suffix(".c")
            source.write_text(text)
            self.compile_twice(source, stem, *flags)
        stem = self.made(name, [text, *flags], make)
        return program_at(stem)

    def empty(self):
        return self.from_text("empty", EMPTY, "-O2")

    def zeros(self, mebibytes):
        return self.from_text("zeros-%d" % mebibytes, ZEROS, "-O2",
                              "-DSIZE=%d" % (mebibytes * MIB))

    def large_zeros(self):
        return self.zeros(LARGE_ZEROS_MIB)

    def small_zeros(self):
        return self.zeros(SMALL_ZEROS_MIB)

    def kernel(self, name):
        source = KERNELS[name]
        stem = self.made(name, [source.read_text()],
                         lambda stem: self.compile_twice(source, stem, "-O2"))
        return program_at(stem)

    def symbols(self):
        def make(stem):
            text = stem.with_suffix(".ll")
            with open(text, "wb") as out:
                self.call(sys.executable, SYMBOLS, out=out)
            self.compile_twice(text, stem, "-O2")
        stem = self.made("symbols", [SYMBOLS.read_text()], make)
        return program_at(stem)

    def data(self):
        def make(stem):
            bytes_file = stem.with_suffix(".bin")
            with open(bytes_file, "wb") as out:
                for block in range(DATA_MIB):
                    # No byte is zero: no page can be left out.
                    out.write(random.Random(block).randbytes(MIB).replace(
                        b"\0", b"\1"))
            source = stem.with_suffix(".c")
            source.write_text(DATA)
            self.compile_twice(source, stem, "-O2", "-std=c23")
        stem = self.made("data", [DATA], make)
        return program_at(stem)

    def of_corpus(self, name, *arguments, is_cxx=False):
        stem = self.build / "corpus" / name / name
        bitcode = stem.with_suffix(".bc")
        if not bitcode.exists():
            raise CannotMake("there is no '%s'; utils/corpus %s makes it" %
                             (bitcode, name))
        return Program(bitcode, stem.with_suffix(".native"),
                       arguments=arguments, is_cxx=is_cxx)

    def sqlite(self):
        return self.of_corpus("sqlite", ":memory:", "select 1")

    def lua_work(self):
        return self.of_corpus("lua", str(WORK / "work.lua"))

    def sqlite_work(self):
        return self.of_corpus("speedtest", "--memdb", "--size", "400")

    def cpython(self):
        return self.cpython_with("-c", "pass")

    def cpython_work(self):
        return self.cpython_with(str(WORK / "work.py"))

    def cpython_with(self, *arguments):
        """It finds its library by what lies beside the file it is started by."""
        found = self.of_corpus("cpython", *arguments)
        corpus = found.main.parent

        def make(stem):
            tree = stem.parent / "tree"
            tree.mkdir()
            (stem.parent / "source").symlink_to(corpus / "source")
            for name in CPYTHON_TREE:
                (tree / name).symlink_to(corpus / "tree" / name)
            (tree / "python.bc").symlink_to(found.main)
            # No link: it would follow that.
            shutil.copy2(found.native, tree / "python")
        tree = self.made("cpython", [(corpus / "stamp").read_text(),
                                     str(corpus)], make).parent / "tree"
        return dataclasses.replace(
            found, main=tree / "python.bc", native=tree / "python",
            link=("-rdynamic",), beside=tree)

    def jsonnet(self):
        return self.of_corpus("jsonnet", "-e", JSONNET_TEXT, is_cxx=True)

    def needed_library(self):
        text = library_source.program(NEEDED_FAMILIES) + "".join(
            library_source.parts(1, NEEDED_FAMILIES))
        return self.from_text("needed-library", text, "-O1")

    def library(self):
        stem = self.made_library()
        return dataclasses.replace(
            program_at(stem), modules=(stem.with_suffix(".library.bc"),))

    def linked_library(self):
        stem = self.made_library()
        return dataclasses.replace(program_at(stem),
                                   main=stem.with_suffix(".linked.bc"))

    def made_library(self):
        parts = library_source.parts(LIBRARY_PARTS)
        return self.made("library", [library_source.program(), *parts],
                         lambda stem: self.make_library(stem, parts))

    def make_library(self, stem, parts):
        main = stem.with_suffix(".c")
        main.write_text(library_source.program())
        sources = []
        for number, text in enumerate(parts):
            sources.append(stem.with_suffix(".part%d.c" % number))
            sources[-1].write_text(text)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda source: self.clang(
                "-O1", "-c", "-emit-llvm", source, "-o",
                source.with_suffix(".bc")), [main, *sources]))
        library = stem.with_suffix(".library.bc")
        self.call(self.llvm / "llvm-link", "-o", library,
                  *[source.with_suffix(".bc") for source in sources])
        linked = stem.with_suffix(".linked.bc")
        self.call(self.llvm / "llvm-link", "-o", linked,
                  stem.with_suffix(".bc"), library)
        self.clang(linked, "-o", stem.with_suffix(".native"))
