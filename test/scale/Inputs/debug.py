#!/usr/bin/env python3
"""Writes a C program with much to say in debug information.

  debug.py COUNT

COUNT functions, each with a structure, an enumeration and local variables of
its own, and a function that is inlined into it.
"""

import sys

HEAD = """\
#include <stdio.h>
struct node { struct node *next; unsigned value; };
"""

FUNCTION = """
enum color{k} {{ red{k}, green{k} = {k}, blue{k} = {k} + 3 }};
struct state{k} {{
  struct node base;
  union {{ unsigned whole; unsigned char bytes[4]; }} parts;
  enum color{k} color;
  unsigned (*step)(struct state{k} *, unsigned);
}};
static inline unsigned step{k}(struct state{k} *state, unsigned by) {{
  unsigned before = state->parts.whole;
  state->parts.whole = before * 31 + by;
  return before ^ state->color;
}}
__attribute__((noinline)) unsigned work{k}(struct node *list, unsigned seed) {{
  struct state{k} state = {{ {{ list, seed }}, {{ seed }}, blue{k}, step{k} }};
  unsigned sum = 0;
  for (struct node *at = &state.base; at; at = at->next) {{
    unsigned char low = state.parts.bytes[0];
    sum += state.step(&state, at->value + low);
  }}
  return sum + state.parts.whole;
}}
"""

MAIN = """
  printf("%u\\n", x);
  return x % 100;
}
"""


def main():
    count = int(sys.argv[1])
    out = sys.stdout
    out.write(HEAD)
    for k in range(count):
        out.write(FUNCTION.format(k=k))
    out.write("""
int main(void) {
  struct node second = { 0, 2 }, first = { &second, 1 };
  unsigned x = 1;
""")
    for k in range(count):
        out.write("  x = work%d(&first, x);\n" % k)
    out.write(MAIN)


if __name__ == "__main__":
    main()
