"""A large library in C, of which a program uses one per cent.

The functions are in families. Within a family each calls the next one, so that
a call of the first of a family needs all of it, and nothing of the others. The
bodies are loops over an array, of operations that a seeded generator chooses:
no two functions are alike, and every run of the generator gives the same text.
"""

import random

FAMILIES = 100
FUNCTIONS_OF_FAMILY = 165
USED_FAMILY = 37
STATEMENTS_OF_FUNCTION = 6
TABLE_ENTRIES = 64

STATEMENTS = (
    "for (long i = {a}; i < size; ++i)\n"
    "    data[i] = data[i - {a}] * {b}L + (data[i] >> {c});",
    "for (long i = 0; i < size; ++i)\n"
    "    if (data[i] % {b} < {a})\n"
    "      total += table_{name}[(data[i] ^ i) & 63];\n"
    "    else\n"
    "      data[i] -= total;",
    "for (long i = size - 1; i >= {a}; i -= {c})\n"
    "    total = (total << {c} | total >> (63 - {c})) ^ data[i];",
    "switch (total % {b} & 7) {{\n"
    "  case 0: total += {a}; break;\n"
    "  case 1: total ^= {b}; break;\n"
    "  case 3: total *= {c}; break;\n"
    "  case 4: data[total % size] += {b}; break;\n"
    "  case 6: total = ~total; break;\n"
    "  default: total -= {c}; break;\n"
    "  }}",
    "for (long i = 0; i < size; ++i)\n"
    "    for (long j = i; j < size && data[j] > {b}; j += {a})\n"
    "      total += data[i] < data[j] ? {c} : data[j] / {b};",
    "if (total > {b}u)\n"
    "    text_{name}[total % sizeof(text_{name})] ^= {c};",
)


WORDS = """cannot of the a record column table open file is not value index
    in with database for schema page already key type""".split()


def function(choice, family, number):
    name = "%d_%d" % (family, number)
    table = [str(choice.randrange(1 << 40)) for _ in range(TABLE_ENTRIES)]
    text = " ".join(choice.choices(WORDS, k=12))
    lines = ["static const unsigned long table_%s[] = {%s};" %
             (name, ", ".join(table)),
             'static char text_%s[] = "%s: %s";' % (name, name, text)]
    lines.append("unsigned long library_%s(unsigned long *data, long size) {"
                 % name)
    lines.append("  unsigned long total = size;")
    for template in choice.choices(STATEMENTS, k=STATEMENTS_OF_FUNCTION):
        lines.append("  " + template.format(
            name=name, a=choice.randrange(1, 9), b=choice.randrange(9, 9999),
            c=choice.randrange(1, 31)))
    if number + 1 < FUNCTIONS_OF_FAMILY:
        lines.append("  total += library_%d_%d(data, size);" %
                     (family, number + 1))
    lines.append("  return total + (unsigned char)text_%s[%d];\n}" %
                 (name, choice.randrange(20)))
    return "\n".join(lines)


def parts(count, families=range(FAMILIES)):
    """The library's text, in as many parts as are to be compiled apart."""
    texts = [[] for _ in range(count)]
    for family in families:
        choice = random.Random(family)
        # The last one first, as each calls the next.
        texts[family % count] += [function(choice, family, number) for number
                                  in reversed(range(FUNCTIONS_OF_FAMILY))]
    return ["\n".join(text) + "\n" for text in texts]


def program(families=(USED_FAMILY,)):
    """The text of a program that needs all functions of some families."""
    declarations = "".join(
        "unsigned long library_%d_0(unsigned long *data, long size);\n" % family
        for family in families)
    calls = "".join('  printf("%%lu\\n", library_%d_0(data, 16));\n' % family
                    for family in families)
    return """\
#include <stdio.h>

%s
int main(void) {
  unsigned long data[16];
  for (unsigned i = 0; i < 16; ++i)
    data[i] = i * 2654435761u;
%s}
""" % (declarations, calls)
