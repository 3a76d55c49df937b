#!/usr/bin/env python3
"""How many round trips does a program cost? Says so for several programs.

  round-trips.py REMOTE-RUN LLVM-TOOLS SOURCE-FOLDER

After Hello there may be two, whatever the program is made of. The count of
--stats is checked against the frames of --trace: a round trip is a wait for an
answer, so it is a received frame after one or more that were sent.
"""

import os
import re
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

remote_run, llvm, sources = sys.argv[1:]


def compile_(source, target, *flags):
    compiler = "clang++" if source.endswith(".cpp") else "clang"
    subprocess.run([os.path.join(llvm, compiler), "-w", "-O1", *flags, "-c",
                    source, "-o", target], check=True)
    return target


def measure(command):
    done = subprocess.run([remote_run, "--stats", "--trace", *command],
                          capture_output=True, text=True, timeout=TIME_LIMIT)
    stats = dict(re.findall(r"^remote-run: stats: (.*?) +([0-9]+)$",
                            done.stderr, re.M))
    frames = re.findall(r"^remote-run: trace: ([<>]) (\w+)", done.stderr, re.M)
    directions = "".join(direction for direction, _ in frames)
    if frames[0] != ("<", "Hello"):
        sys.exit("no Hello: %s" % done.stderr)
    waits = len(re.findall("><", directions))
    numbers = (int(stats["frames sent"]), int(stats["frames received"]))
    if numbers != (directions.count(">"), directions.count("<")):
        sys.exit("--stats and --trace differ: %s" % done.stderr)
    return done.returncode, waits, int(stats["round trips"]), stats


def check(what, status, command, trips=2, **least):
    got, waits, told, stats = measure(command)
    print(what, told, stats["symbols"], stats["objects"], stats["sections"])
    if got != status or waits != trips or told != trips:
        sys.exit("%s: status %d, %d waits, %d told" % (what, got, waits, told))
    for name, number in least.items():
        if int(stats[name]) < number:
            sys.exit("%s: only %s %s" % (what, stats[name], name))


MANY = ("abs acosf access asinf atanf atoi atol bsearch calloc ceilf chdir "
        "chmod close cosf coshf ctime difftime div dup dup2 exit expf fabsf "
        "fclose feof fflush fgetc fgets floorf fmodf fopen fork fputc fputs "
        "fread free frexpf fseek ftell fwrite getc getcwd getegid getenv "
        "geteuid getgid getpid getppid gmtime isalnum isalpha isatty iscntrl "
        "isdigit islower isprint ispunct isspace isupper isxdigit kill labs "
        "ldexpf link localtime log10f logf longjmp lseek malloc memchr memcmp "
        "memcpy memmove memset mkdir mktime modff open pause perror pipe powf "
        "printf putc puts qsort raise rand read realloc rename rewind rmdir "
        "setvbuf signal sinf sinhf sleep sprintf sqrtf srand sscanf strcat "
        "strchr strcmp strcpy strcspn strerror strlen strncat strncmp strpbrk "
        "strrchr strspn strstr strtod strtok strtol system tanf tanhf time "
        "tmpfile tolower toupper umask ungetc unlink write").split()

with tempfile.TemporaryDirectory() as folder:
    def path(name):
        return os.path.join(folder, name)

    def write(name, text):
        with open(path(name), "w") as file:
            file.write(text)
        return path(name)

    check("nothing", 7, [write("nothing.ll",
                               "define i32 @main() { ret i32 7 }")], trips=1)
    check("hello", 3, [os.path.join(sources, "hello.ll")])
    names = write("many.ll", "".join(
        "declare void @%s()\n" % name for name in MANY) +
        "@table = global [%d x ptr] [%s]\n" %
        (len(MANY), ", ".join("ptr @" + name for name in MANY)) +
        "@llvm.used = appending global [1 x ptr] [ptr @table]\n"
        "define i32 @main() { ret i32 9 }\n")
    check("many symbols", 9, [names], symbols=100)
    c = os.path.join(sources, "everything.c")
    cxx = os.path.join(sources, "everything.cpp")
    check("C++", 0, [compile_(cxx, path("x.bc"), "-emit-llvm")], symbols=30)
    part = write("part.c", "#include <stdio.h>\n"
                           "int part(void) { puts(\"part\"); return 4; }\n")
    user = write("user.cpp", "#include <iostream>\nextern \"C\" int part();\n"
                             "int other() { std::cout << 1; return part(); }\n")
    main = write("main.cpp", "int other(); int main() { return other(); }\n")
    check("parts", 4,
          ["--extra-object=" + compile_(part, path("part.o"), "-fPIC"),
           "--extra-module=" + compile_(user, path("user.bc"), "-emit-llvm"),
           compile_(main, path("main.bc"), "-emit-llvm")], objects=2)
    archive = path("part.a")
    subprocess.run([os.path.join(llvm, "llvm-ar"), "rcs", archive,
                    path("part.o"),
                    compile_(user, path("user.o"), "-fPIC")], check=True)
    check("archive and libraries", 4,
          ["--extra-archive=" + archive, "-lm", "--dlopen=libz.so.1",
           path("main.bc")], objects=3)
    check("a section for each function", 13,
          ["-function-sections", "-data-sections",
           compile_(c, path("e.bc"), "-emit-llvm")], sections=15)
    # Asked for before it is compiled, one that is cut into parts is not asked
    # again; nor for what it defines and libraries might refer to.
    check("parts", 13,
          ["--part-size=1", "-code-model=small", path("e.bc")], symbols=10,
          objects=2)
    copies = write("copies.c", "struct S { char Text[4000]; }; struct S A, B;\n"
                   "int spare(void) { return 1; }\n#include <stdio.h>\n"
                   "int main(int Count, char **Values) { A = B; puts(A.Text);"
                   " __builtin_memset(&B, Count, sizeof(B)); return B.Text[9];"
                   " }")
    check("parts that copy", 1,
          ["--part-size=1", compile_(copies, path("copies.bc"), "-emit-llvm")],
          symbols=3)
    check("data of megabytes", 0, [compile_(write(
        "big.c", "char Zeroes[1 << 24]; int Data[1 << 18] = {1, [(1 << 18) - 1]"
                 " = 2};\n#include <stdio.h>\nint main(void) {"
                 " return puts(\"\") < 0; }"), path("big.bc"), "-emit-llvm")])
