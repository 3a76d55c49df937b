"""Compiles and runs for other machines: on-targets.py REMOTE-RUN LLVM TARGETS.

What is asked here needs more than one program's comparison with itself: that
native objects of both compilers and shared libraries are linked, that large
programs in many parts are, and that nothing is left behind.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

# With which a compiler writes objects that MCJIT can link.
OBJECT_FLAGS = {
    "aarch64-linux-gnu": {"gcc": ["-mno-outline-atomics"]},
    # Thumb code, and clang's is of the other kind.
    "arm-linux-gnueabihf": {},
    "powerpc64le-linux-gnu": {"gcc": ["-mcmodel=small"],
                              "clang": ["-mcmodel=small"]},
    "riscv64-linux-gnu": {},
    "s390x-linux-gnu": {},
}

# How objects may reach thread-local variables. By default, that is initial exec
# for those of others and local exec for an executable's own.
MODELS = {
    "aarch64-linux-gnu": ["-ftls-model=local-exec", "-fPIE", "-fPIC"],
    "arm-linux-gnueabihf": ["-fno-pic -ftls-model=local-exec", "-fno-pic",
                            "-fPIE", "-fPIC",
                            "-fPIC -ftls-model=local-dynamic"],
    "powerpc64le-linux-gnu": ["-ftls-model=local-exec", "-fPIE", "-fPIC",
                              "-fPIC -ftls-model=local-dynamic"],
    "riscv64-linux-gnu": ["-ftls-model=local-exec", "-fno-pic", "-fPIC"],
    "s390x-linux-gnu": ["-ftls-model=local-exec", "-fPIE", "-fPIC"],
}

# How they may reach those of a library.
LIBRARY_MODELS = {
    "aarch64-linux-gnu": ["-fPIE", "-fPIC"],
    "arm-linux-gnueabihf": ["-fno-pic", "-fPIE", "-fPIC"],
    "powerpc64le-linux-gnu": ["-fno-pic", "-fPIE", "-fPIC"],
    "riscv64-linux-gnu": ["-fno-pic", "-fPIC"],
    "s390x-linux-gnu": ["-fPIE", "-fPIC"],
}

# How gcc alone has both.
MODELS_OF_GCC = {
    "arm-linux-gnueabihf": ["-fPIC -mtls-dialect=gnu2",
                            "-fPIC -marm -mtls-dialect=gnu2"],
}

# And how, with as many as it may have.
DESCRIBED = {"aarch64-linux-gnu": "-fPIC", "arm-linux-gnueabihf": "-fPIC",
             "powerpc64le-linux-gnu": "-fPIC", "riscv64-linux-gnu": "-fPIC"}

MAIN = """
#include <stdio.h>
__attribute__((noinline)) static int helper(int Number) { return Number * 100; }
int part(int Number);
const char *name(int Number);
int main(int Count, char **Values) {
  int (*volatile Pointer)(int) = helper;
  printf("%d %d %s %d\\n", part(Count), helper(Count), name(Count), Pointer(2));
  return 0;
}
"""

# A static function of the same name; a table of pointers; a call of libc; one
# of a function in another section.
PART = """
#include <string.h>
__attribute__((cold, noinline)) static int none(const char *Text) {
  return strlen(Text) - 4;
}
static int helper(const char *Text) { return strlen(Text) + 1; }
static const char *const Names[] = {"zero", "one", "two"};
int part(int Number) {
  int (*volatile Pointer)(const char *) = helper;
  return none(Names[0]) + helper(Names[Number]) + Pointer(Names[0]);
}
const char *name(int Number) { return Names[Number]; }
"""

# For Power: a call of another object that leaves no room to restore the TOC.
NO_ROOM = """
asm(".globl part; .type part, @function; part: bl strlen; blr");
const char *name(int Number) { return 0; }
"""

# Of a file that a linker has made an object of, and that file.
USER_OF_DATA = """
#include <stdio.h>
extern const char _binary_text_start[], _binary_text_end[];
int main(void) {
  fwrite(_binary_text_start, 1, _binary_text_end - _binary_text_start, stdout);
  return 0;
}
"""
DATA = "a line of data\n"

# Of a library, the addresses of a function and of variables, that are read and
# written; of nobody, those of what is weak.
ADDRESSES = """
#include <stdio.h>
#include <stdlib.h>
extern char **environ;
extern int nothing[] __attribute__((weak));
extern void nowhere(void) __attribute__((weak));
int kept = 3;
int (*function(void))(const char *) { return puts; }
FILE *variable(void) { return stdout; }
void forget(char **names) { environ = names; }
int keep(int number) { return kept += number; }
int *element(void) { return nothing; }
void (*absent(void))(void) { return nowhere; }
"""
USER_OF_ADDRESSES = """
#include <stdio.h>
#include <stdlib.h>
int (*function(void))(const char *);
FILE *variable(void);
void forget(char **);
int keep(int), *element(void);
void (*absent(void))(void);
int main(int count, char **values) {
  static char *none[] = {0};
  printf("%d %d\\n", function() == puts, variable() == stdout);
  fflush(stdout);
  if (function() != puts || variable() != stdout)
    return 1;
  function()("through a pointer");
  printf("%d ", getenv("PATH") != 0);
  forget(none);
  printf("%d %d %d %p %d\\n", getenv("PATH") != 0, keep(count), keep(count),
         (void *)element(), absent() == 0);
  return 0;
}
"""
FOUND = "1 1\nthrough a pointer\n1 0 4 5 (nil) 1\n"

# How objects may have addresses, beside the compiler's own choice.
ADDRESS_MODELS = {
    "aarch64-linux-gnu": ["-fno-pic", "-fPIC"],
    "arm-linux-gnueabihf": ["-fno-pic", "-fPIE", "-fPIC"],
    "powerpc64le-linux-gnu": ["-fPIC"],
    "riscv64-linux-gnu": ["-fno-pic -mcmodel=medany", "-fno-pic -mcmodel=medlow",
                          "-fPIC"],
    "s390x-linux-gnu": ["-fno-pic", "-fPIC"],
}

# What does not fit into its place: assembly, and what is said of it.
THUMB = ".syntax unified\n.arch armv7-a\n.thumb\n"
TOO_FAR = {
    "aarch64-linux-gnu": [
        ("tbz w0, #0, far\nret", "R_AARCH64_TSTBR14"),
        ("b.eq far\nret", "R_AARCH64_CONDBR19"),
        (".hword part", "R_AARCH64_ABS16"),
    ],
    "arm-linux-gnueabihf": [
        (".reloc ., R_ARM_PREL31, distant\n.word 0", "R_ARM_PREL31"),
        (THUMB + "beq.w far\nbx lr", "R_ARM_THM_JUMP19"),
        (THUMB + ".reloc ., R_ARM_THM_JUMP11, far\n.inst.n 0xe7fe\nbx lr",
         "R_ARM_THM_JUMP11"),
        (THUMB + ".reloc ., R_ARM_THM_JUMP8, far\n.inst.n 0xd0fe\nbx lr",
         "R_ARM_THM_JUMP8"),
        (THUMB + ".reloc ., R_ARM_THM_PC12, far\n.inst.w 0xf85f0004\nbx lr",
         "R_ARM_THM_PC12"),
        (THUMB + ".reloc ., R_ARM_THM_ALU_PREL_11_0, far\n"
         ".inst.w 0xf2af0004\nbx lr", "R_ARM_THM_ALU_PREL_11_0")],
    "riscv64-linux-gnu": [
        (".option norelax\nlla a0, distant\nret", "R_RISCV_PCREL_HI20"),
        (".option norelax\nlui a0, %hi(distant)\nret", "R_RISCV_HI20"),
        ("jal a0, far\nret", "R_RISCV_JAL"),
        # An assembler makes others of these, if it is asked for them.
        (".reloc ., R_RISCV_BRANCH, far\n.word 0x00b50063\nret",
         "R_RISCV_BRANCH"),
        (".reloc ., R_RISCV_RVC_BRANCH, far\n.half 0xc101\nret",
         "R_RISCV_RVC_BRANCH"),
        (".reloc ., R_RISCV_RVC_JUMP, far\n.half 0xa001\nret",
         "R_RISCV_RVC_JUMP")],
    "s390x-linux-gnu": [("je far\nbr %r14", "R_390_PC16DBL"),
                        (".2byte part", "R_390_16"),
                        (".byte part", "R_390_8")],
}
FAR = """
.globl part, far
.text
part:
%s
.section .text.far, "ax"
.zero 4 << 20
far:
%s
"""

# Branches of all kinds, forwards and back; aligned code in the middle of a
# function; frames that are unwound from places deep in it.
BRANCHES = r"""
#include <stdint.h>
__attribute__((noinline, aligned(64))) int collatz(long Number) {
  int Steps = 0;
  while (Number != 1) {
    Number = Number % 2 ? 3 * Number + 1 : Number / 2;
    ++Steps;
    if (Steps > 1000)
      break;
  }
  return Steps;
}
__attribute__((noinline)) int choose(int Number) {
  switch (Number) {
  case 0: return 17;
  case 1: return collatz(27);
  case 2: return -1;
  case 3: return choose(1) + 1;
  case 4: return 40;
  case 5: return collatz(7) * 2;
  default: return 0;
  }
}
__asm__(".text\n.globl padded\n.type padded, @function\n"
        "padded: li a0, 1\nbeqz a0, 1f\nj 2f\n.balign 32\n"
        "1: li a0, 99\nret\n.balign 16\n2: auipc a0, 0\nandi a0, a0, 15\n"
        "bnez a0, 1b\nj 3f\nli a0, 98\n3: ret\n.size padded, .-padded\n");
int padded(void);
int aligned(void) { return (uintptr_t)collatz % 64 + padded(); }
__attribute__((noinline)) void through(void (*Call)(int), int Depth) {
  volatile int Depths[20];
  Depths[Depth] = Depth;
  if (Depth == 0)
    Call(choose(3));
  else
    through(Call, Depth - 1);
  Call(Depths[Depth]);
  __asm__ volatile("");
}
"""
USER_OF_BRANCHES = r"""
#include <stdio.h>
#include <unwind.h>
int choose(int Number);
int aligned(void);
void through(void (*Call)(int), int Depth);
static _Unwind_Reason_Code count(struct _Unwind_Context *Here, void *Frames) {
  *(int *)Frames += _Unwind_FindEnclosingFunction(
                        (void *)_Unwind_GetIP(Here)) == (void *)through;
  return _URC_NO_REASON;
}
static void frames(int Number) {
  int Frames = 0;
  _Unwind_Backtrace(count, &Frames);
  printf("%d from %d frames\n", Number, Frames);
}
int main(void) {
  for (int Number = 0; Number != 7; ++Number)
    printf("%d ", choose(Number));
  printf("%d\n", aligned());
  through(frames, 3);
  return 0;
}
"""
BRANCHED = """17 111 -1 112 40 32 0 0
112 from 4 frames
0 from 4 frames
1 from 3 frames
2 from 2 frames
3 from 1 frames
"""

EXPECTED = "9 100 one 200\n"

# A global function of the same name, and who calls it from another object.
OTHER = "int helper(int Number) { return Number + 5; }"
USER = "int helper(int); int use(int Number) { return helper(Number) * 2; }"
CLASH = """
#include <stdio.h>
int part(int Number);
int use(int Number);
int main(int Count, char **Values) {
  printf("%d %d\\n", part(Count), use(Count));
  return 0;
}
"""

# Thread-local variables of an object: its own, one of the IR, one of another
# object, and of the IR, these. They are initialized, or zero; nobody has one.
THREADS = """
#include <pthread.h>
#include <stdio.h>
_Thread_local long of_main = 30;
extern _Thread_local int of_object;
extern _Thread_local char zeros[9];
int next(void);
void *work(void *name) {
  of_object += 2;
  zeros[8] += 3;
  printf("%s %d %d %ld %d\\n", (char *)name, next(), of_object, of_main, zeros[8]);
  return name;
}
int main(void) {
  pthread_t thread;
  work("main");
  pthread_create(&thread, 0, work, "thread");
  pthread_join(thread, 0);
  work("main");
  return 0;
}
"""
OWN = """
#ifdef LARGE
_Thread_local _Alignas(64) char large[LARGE] = "large";
#endif
_Thread_local int of_object = 10;
_Thread_local char zeros[9];
static _Thread_local short count = 1;
static _Thread_local struct { char chars[3]; double real; } mixed = {"ab", 0.5};
extern _Thread_local long of_main;
extern _Thread_local int nowhere __attribute__((weak));
int *volatile nobody;
int next(void) {
  nobody = &nowhere;
  of_main += ++count;
  mixed.real += of_object;
  return count + mixed.chars[1] + (int)mixed.real;
}
"""
SAID = ("main 112 12 32 3\nthread 112 12 32 3\nmain 127 14 35 6\n")

# A library's variables, and who uses them with it.
OF_LIBRARY = """
_Thread_local int shared = 7, more[MORE];
int *address(void) { return &shared; }
"""
USE = """
#include <pthread.h>
#include <stdio.h>
extern _Thread_local int shared, more[];
int *address(void);
void *use(void *name) {
  ++shared;
  more[4] += 2;
  printf("%s %d %d %d\\n", (char *)name, shared, more[4], address() == &shared);
  return name;
}
"""
# Natively nobody calls a dlsym of the program's for it.
USER_OF_LIBRARY = """
#include <pthread.h>
void *use(void *name);
void *dlsym(void *handle, const char *name) {
  return (void)handle, (void)name, (void *)0;
}
int main(void) {
  pthread_t thread;
  use("main");
  pthread_create(&thread, 0, use, "thread");
  pthread_join(thread, 0);
  use("main");
  return 0;
}
"""
USED = "main 8 2 1\nthread 8 2 1\nmain 9 4 1\n"

# What the executor has no room for is made by starting it anew.
LARGE = """
#include <stdio.h>
_Thread_local char large[100000] = "large";
int main(int count, char **values) {
  puts(&large[count - 1]);
  return large[99999];
}
"""

# Finds the file that debuggers get in the pages behind its own (its sections'
# headers are its end), and writes it down, and where its own variable and
# function are.
SHOWS_IMAGE = """
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static int variable = 1;
__attribute__((noinline)) static int function(int number) {
  return number + variable;
}
int main(int count, char **words) {
  int file = open(words[1], O_RDWR | O_CREAT | O_TRUNC, 0666);
  char *page = (char *)((uintptr_t)main & -4096);
  for (int pages = 0; pages != 256; ++pages, page += 4096) {
    // A system call fails where memory is not there.
    if (pwrite(file, page, 4, 0) != 4 || memcmp(page, ELFMAG, SELFMAG) != 0)
      continue;
    ElfW(Ehdr) *header = (ElfW(Ehdr) *)page;
    pwrite(file, page, header->e_shoff + header->e_shnum * header->e_shentsize,
           0);
    printf("%lx %lx\\n", (long)&variable, (long)function);
    return function(count) != 3;
  }
  return 1;
}
"""

FOREVER = """
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
  printf("%d\\n", getpid());
  fflush(stdout);
  for (;;)
    pause();
}
"""


class Target:
    def __init__(self, remote_run, llvm, name, folder):
        self.remote_run = remote_run
        self.llvm = llvm
        self.name = name
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def compile(self, compiler, text, output, *flags):
        source = self.path(output + ".c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        command = [self.name + "-gcc"] if compiler == "gcc" else [
            os.path.join(self.llvm, "clang"), "--target=" + self.name]
        subprocess.run([*command, "-O2", "-w", *flags, source, "-o",
                        self.path(output)], check=True)
        return self.path(output)

    def run(self, *arguments):
        return subprocess.run(
            [self.remote_run, "--target=" + self.name, *arguments],
            capture_output=True, text=True, timeout=TIME_LIMIT)

    def expect(self, what, done, status=0, output=EXPECTED):
        if (done.returncode, done.stdout) != (status, output):
            sys.exit("%s, %s: status %d, %r, %r" % (
                self.name, what, done.returncode, done.stdout, done.stderr))

    def check_linking(self):
        main = self.compile("clang", MAIN, "main.bc", "-c", "-emit-llvm")
        for compiler in ("clang", "gcc"):
            flags = OBJECT_FLAGS[self.name].get(compiler, [])
            part = self.compile(compiler, PART, "part.o", "-c", *flags)
            self.expect(compiler + "'s object",
                        self.run("--extra-object=" + part, main))
        clash = self.compile("clang", CLASH, "clash.bc", "-c", "-emit-llvm")
        others = [self.compile("clang", text, name, "-c", *OBJECT_FLAGS[
            self.name].get("clang", [])) for text, name in (
                (OTHER, "other.o"), (PART, "part.o"), (USER, "user.o"))]
        self.expect("one name, local and global", self.run(
            *("--extra-object=" + each for each in others), clash),
            output="9 12\n")
        module = self.compile("clang", PART, "part.bc", "-c", "-emit-llvm")
        for option in ("--part-size=1", "--passes=default<O2>", "-O0",
                       "-emulated-tls"):
            self.expect(option,
                        self.run(option, "--extra-module=" + module, main))
        library = self.compile("gcc", PART, "libpart.so", "-shared", "-fPIC")
        self.expect("a library", self.run("--dlopen=" + library, main))

    def check_addresses(self):
        main = self.compile("clang", USER_OF_ADDRESSES, "main.bc", "-c",
                            "-emit-llvm")
        for compiler in ("clang", "gcc"):
            flags = OBJECT_FLAGS[self.name].get(compiler, [])
            for model in ADDRESS_MODELS[self.name]:
                addresses = self.compile(compiler, ADDRESSES, "addresses.o",
                                         "-c", *flags, *model.split())
                self.expect("%s's object, %s" % (compiler, model), self.run(
                    "--extra-object=" + addresses, main), output=FOUND)

    def check_reach(self):
        main = self.compile("clang", "int part(void);"
                            "int main(void) { return part(); }", "main.bc",
                            "-c", "-emit-llvm")
        for code, relocation in TOO_FAR.get(self.name, []):
            with open(self.path("far.s"), "w", encoding="utf-8") as file:
                file.write(FAR % (code, code.splitlines()[-1]))
            subprocess.run([self.name + "-gcc", "-c", self.path("far.s"), "-o",
                            self.path("far.o")], check=True)
            done = self.run("--defsym=distant=0x123456789abc",
                            "--extra-object=" + self.path("far.o"), main)
            self.expect(relocation, done, 125, "")
            if "far.o': section '.text' refers by %s to what is out of its " \
                    "reach: " % relocation not in done.stderr:
                sys.exit("%s: %r" % (self.name, done.stderr))

    def check_thread_locals(self):
        main = self.compile("clang", THREADS, "threads.bc", "-c", "-emit-llvm")
        module = self.compile("clang", OWN, "own.bc", "-c", "-emit-llvm")
        for option in ("-O2", "-O0", "--part-size=1", "-emulated-tls"):
            self.expect("modules, " + option, self.run(
                option, "--extra-module=" + module, main), output=SAID)
        for compiler in ("clang", "gcc"):
            flags = OBJECT_FLAGS[self.name].get(compiler, [])
            for model in MODELS[self.name] + self.models_of(compiler):
                own = self.compile(compiler, OWN, "own.o", "-c", *flags,
                                   *model.split())
                self.expect("%s's object, %s" % (compiler, model), self.run(
                    "--extra-object=" + own, main), output=SAID)
            own = self.compile(compiler, OWN, "own.o", "-c", *flags, "-fPIC",
                               "-DLARGE=100000")
            self.expect("%s's large object" % compiler, self.run(
                "--extra-object=" + own, main), output=SAID)

        self.check_of_library()
        large = self.compile("clang", LARGE, "large.bc", "-c", "-emit-llvm")
        done = self.run("--trace", large)
        self.expect("large", done, output="large\n")
        if " > Restart " not in " " + done.stderr:
            sys.exit("%s: %r" % (self.name, done.stderr))

    def library_with(self, ints):
        """The options for a library with as many thread-local ones."""
        library = self.compile("gcc", OF_LIBRARY, "libshared%d.so" % ints,
                               "-DMORE=%d" % ints, "-shared", "-fPIC")
        return ["-L" + self.folder, "-l:" + os.path.basename(library)]

    def models_of(self, compiler):
        return MODELS_OF_GCC.get(self.name, []) if compiler == "gcc" else []

    def check_of_library(self):
        # More than the dynamic linker has room for at fixed offsets.
        options, many = self.library_with(5), self.library_with(50000)
        main = self.compile("clang", USER_OF_LIBRARY, "user.bc", "-c",
                            "-emit-llvm")
        module = self.compile("clang", USE, "use.bc", "-c", "-emit-llvm")
        for option in ("-O2", "--image=false", "-emulated-tls"):
            self.expect("a library's, " + option, self.run(
                *many, option, "--extra-module=" + module, main),
                output=USED)
        for compiler in ("clang", "gcc"):
            flags = OBJECT_FLAGS[self.name].get(compiler, [])
            for model in LIBRARY_MODELS.get(self.name, []) + \
                    self.models_of(compiler):
                used = self.compile(compiler, USE, "use.o", "-c", *flags,
                                    *model.split())
                self.expect("a library's in %s's object, %s" % (compiler, model),
                            self.run(*options, "--extra-object=" + used, main),
                            output=USED)
                if model == DESCRIBED.get(self.name):
                    self.expect("a library's many in %s's object" % compiler,
                                self.run(*many, "--extra-object=" + used, main),
                                output=USED)

    def check_relaxation(self):
        """What an assembler leaves to a linker that may remove bytes."""
        main = self.compile("clang", USER_OF_BRANCHES, "main.bc", "-c",
                            "-emit-llvm", "-fexceptions")
        for compiler in ("clang", "gcc"):
            for flags in ("-mrelax -falign-functions=64 -falign-loops=32",
                          "-mno-relax", "-mrelax -O0 -fPIC", "-Os -g",
                          "-march=rv64g -falign-loops=16"):
                branches = self.compile(compiler, BRANCHES, "branches.o", "-c",
                                        "-fexceptions", *flags.split())
                self.expect("%s's object, %s" % (compiler, flags), self.run(
                    "--extra-object=" + branches, main), output=BRANCHED)

    def check_refusal(self):
        """Of what RuntimeDyld cannot link: nothing is done wrong in silence."""
        # gcc has no descriptors of thread-local variables on RISC-V before 14.
        cases = {
            "aarch64-linux-gnu": [
                ("gcc", OWN, "-mtls-dialect=desc", "-fPIC", "-mtls-dialect=trad"),
                ("gcc", ADDRESSES, "-fPIC", "-fpic")],
            "riscv64-linux-gnu": [
                ("clang", OWN, "-mtls-dialect=trad", "-fPIC",
                 "-mtls-dialect=desc")],
            # As of -frwpi, which is for systems without an MMU.
            "arm-linux-gnueabihf": [
                ("clang", "int count; " + PART.replace(
                    "return none", "return ++count * 0 + none"),
                 "-marm", "-frwpi", "-fno-pic")],
            "powerpc64le-linux-gnu": [
                ("gcc", PART, "-mcmodel=small", "-mcmodel=medium")],
        }.get(self.name, [])
        main = self.compile("clang", MAIN, "main.bc", "-c", "-emit-llvm")
        for compiler, text, advised, *flags in cases:
            part = self.compile(compiler, text, "part.o", "-c", *flags)
            done = self.run("--extra-object=" + part, main)
            self.expect("a refusal", done, 125, "")
            if "MCJIT cannot apply its relocation R_" not in done.stderr or \
                    "; compile it with %s, or " % advised not in done.stderr:
                sys.exit("%s: %r" % (self.name, done.stderr))
        if self.name == "riscv64-linux-gnu":
            self.check_abi()
        if self.name == "powerpc64le-linux-gnu":
            part = self.compile("gcc", NO_ROOM, "part.o", "-c",
                                "-mcmodel=small")
            done = self.run("--extra-object=" + part, main)
            self.expect("a call without a nop", done, 125, "")
            if "part.o': no nop follows its call of 'strlen'" not in done.stderr:
                sys.exit("%s: %r" % (self.name, done.stderr))

    def check_abi(self):
        """Objects that GNU ld refuses, as it does; and what has no code."""
        main = self.compile("clang", USER_OF_DATA, "main.o", "-c")
        soft = self.compile("clang", "int part(void) { return 0; }", "soft.o",
                            "-c", "-mabi=lp64")
        with open(self.path("text"), "w", encoding="utf-8") as file:
            file.write(DATA)
        data = self.path("data.o")
        subprocess.run([self.name + "-ld", "-r", "-b", "binary", "text", "-o",
                        data], cwd=self.folder, check=True)
        done = self.run("--extra-object=" + soft, "--extra-object=" + data, main)
        self.expect("another ABI", done, 125, "")
        if "soft.o': its code is of another ABI than lp64d, " not in done.stderr \
                or "; compile it with -mabi=lp64d, " not in done.stderr:
            sys.exit("%s: %r" % (self.name, done.stderr))
        self.expect("data of no ABI", self.run("--extra-object=" + data, main),
                    output=DATA)
        self.expect("data of no ABI first", self.run("--extra-object=" + main,
                                                     data), output=DATA)

    def check_debug_image(self):
        """Symbols and debug information are linked as the program is."""
        self.check_image_of(self.compile(
            "clang", SHOWS_IMAGE, "shows.bc", "-c", "-emit-llvm", "-gdwarf-4",
            "-O0"))
        # Of Thumb code, whose kind is in the addresses of symbols alone.
        if self.name == "arm-linux-gnueabihf":
            self.check_image_of(self.compile(
                "gcc", SHOWS_IMAGE, "shows.bc", "-c", "-gdwarf-4", "-O0"))

    def check_image_of(self, program):
        image = self.path("image")
        done = self.run("--debugger-support", program, image)
        self.expect("its image", done, output=done.stdout)
        places = [int(place, 16) for place in done.stdout.split()]
        symbols = dict(
            (line.split()[-1], int(line.split()[1], 16))
            for line in self.ask("llvm-readelf", "-s", image).splitlines()
            if re.match(r"\s*[0-9]+:", line))
        kind = places[1] % 2
        if (symbols["function"], symbols["main"] % 2) != (places[1], kind):
            sys.exit("%s: %r, but %r" % (self.name, places, symbols))
        symbols["function"] -= kind
        places[1] -= kind
        told = [int(place, 16) for place in re.findall(
            r"DW_AT_low_pc\s*\((0x[0-9a-f]+)\)|DW_OP_addr (0x[0-9a-f]+)",
            self.ask("llvm-dwarfdump", "--name=variable", "--name=function",
                     image)) for place in place if place]
        line = self.ask("llvm-symbolizer", "--obj=" + image,
                        hex(places[1])).split("\n")
        if [symbols["variable"], symbols["function"]] != places or \
                sorted(told) != sorted(places) or line[0] != "function" or \
                not re.search(r"shows.bc.c:\d+:", line[1]):
            sys.exit("%s: %r, but %r, %r, %r" % (
                self.name, places, symbols, told, line))

    def ask(self, tool, *arguments):
        return subprocess.run([os.path.join(self.llvm, tool), *arguments],
                              check=True, capture_output=True,
                              text=True).stdout

    def check_end(self):
        program = self.compile("clang", FOREVER, "forever.bc", "-c",
                               "-emit-llvm")
        done = self.run("--timeout=3s", program)
        self.expect("a time limit", done, 124, done.stdout)
        started = subprocess.Popen(
            [self.remote_run, "--target=" + self.name, program],
            stdout=subprocess.PIPE, text=True)
        guest = int(started.stdout.readline())
        started.send_signal(signal.SIGKILL)
        started.wait()
        deadline = time.monotonic() + TIME_LIMIT // 2
        while is_alive(guest):
            if time.monotonic() > deadline:
                os.kill(guest, signal.SIGKILL)
                sys.exit(self.name + ": the program outlives remote-run")
            time.sleep(0.01)


def is_alive(process):
    try:
        with open("/proc/%d/stat" % process, encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def main():
    remote_run, llvm, targets, question = sys.argv[1:]
    for name in targets.split(","):
        with tempfile.TemporaryDirectory() as folder:
            target = Target(remote_run, llvm, name, folder)
            getattr(target, "check_" + question)()


if __name__ == "__main__":
    main()
