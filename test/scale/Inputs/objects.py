#!/usr/bin/env python3
"""Writes assembly of large programs for a linker, on x86-64.

  objects.py KIND SIZE STEM

STEM.1.s, STEM.2.s and so on are the files of one program, which does next to
nothing and ends with status 0 if what it looks at is as it should be. The
kinds:

  sections       SIZE sections of one object, each with a function
  groups         SIZE COMDAT groups, which two objects have both
  symbols        SIZE global variables of one object, of which another has the
                 addresses
  thread-locals  60 thread-local variables, beside an object of SIZE symbols
  commons        SIZE MiB of common symbols
"""

import sys

END = '.section .note.GNU-stack,"",@progbits\n'
MAIN = """\
.text
.globl main
.type main, @function
main:
  subq $8, %rsp
"""
# What follows has put into %eax what should be 0.
RETURN = """\
  addq $8, %rsp
  ret
"""


def sections(size):
    yield MAIN + "  call f%d\n" % (size - 1) + RETURN + "".join(
        ".section .text.f{0},\"ax\",@progbits\n.globl f{0}\n"
        ".type f{0}, @function\nf{0}:\n  {1}ret\n".format(
            number, "call f%d\n  " % (number - 1) if number % 1000 else
            "xorl %eax, %eax\n  ")
        for number in range(size))


def groups(size):
    members = "".join(
        ".section .text.g{0},\"axG\",@progbits,g{0},comdat\n.weak g{0}\n"
        ".type g{0}, @function\ng{0}:\n  xorl %eax, %eax\n  ret\n".format(
            number) for number in range(size))
    table = ".section .data.rel.ro,\"aw\"\n.balign 8\n%s:\n" + "".join(
        ".quad g%d\n" % number for number in range(size))
    yield (MAIN + "  movq first+%d(%%rip), %%rax\n"
           "  cmpq second+%d(%%rip), %%rax\n  setne %%al\n"
           "  movzbl %%al, %%eax\n" % (8 * size - 8, 8 * size - 8) + RETURN +
           table % "first" + members)
    yield ".globl second\n" + table % "second" + members


def variables(size):
    return ".data\n" + "".join(
        ".globl v{0}\n.type v{0}, @object\n.size v{0}, 4\nv{0}: .long {0}\n"
        .format(number) for number in range(size))


def symbols(size):
    last = size - 1
    yield (MAIN + "  movq table+%d(%%rip), %%rax\n  movl (%%rax), %%eax\n"
           "  subl $%d, %%eax\n" % (8 * last, last) + RETURN +
           ".section .data.rel.ro,\"aw\"\n.balign 8\ntable:\n" + "".join(
               ".quad v%d\n" % number for number in range(size)))
    yield variables(size)


def thread_locals(size):
    yield (MAIN + "  movq t59@GOTTPOFF(%rip), %rax\n"
           "  movl %fs:(%rax), %eax\n  subl $59, %eax\n" + RETURN)
    yield ".section .tdata,\"awT\",@progbits\n" + "".join(
        ".globl t{0}\n.type t{0}, @object\n.size t{0}, 4\nt{0}: .long {0}\n"
        .format(number) for number in range(60))
    yield variables(size)


def commons(size):
    yield (MAIN + "  movl c%d(%%rip), %%eax\n" % (size - 1) + RETURN +
           "".join(".comm c%d, 1048576, 32\n" % number
                   for number in range(size)))


def main():
    kind, size, stem = sys.argv[1:]
    make = {"sections": sections, "groups": groups, "symbols": symbols,
            "thread-locals": thread_locals, "commons": commons}[kind]
    for number, text in enumerate(make(int(size)), 1):
        with open("%s.%d.s" % (stem, number), "w") as file:
            file.write(text + END)


main()
