#!/usr/bin/env python3
"""Writes a C program of some size: memory_program.py FUNCTIONS MIB [CALLED].

So many functions, and so much initialised data. It waits for a line on standard
input, and crashes in its last function if that line is "crash". Functions from
CALLED on tell where their code is; the one that is its argument is called until
that has changed, because there is better code.
"""

import sys

FUNCTION = """
struct state{k} {{ unsigned count; struct state{k} *next; unsigned char bytes[{k} % 7 + 1]; }};
__attribute__((noinline)) unsigned work{k}(unsigned seed) {{
  struct state{k} first = {{ seed, 0, {{ 1 }} }}, second = {{ seed * {k}u, &first, {{ 2 }} }};
  unsigned sum = 0;
  for (struct state{k} *at = &second; at; at = at->next)
    for (unsigned i = 0; i != sizeof(at->bytes); ++i)
      sum = sum * 31 + (at->bytes[i] ^ at->count);
  return sum;
}}
"""

PLACES = """
static unsigned seed;
__attribute__((noinline)) static void *caller(void) {
  return __builtin_return_address(0);
}
"""

PLACE = """
__attribute__((noinline)) static void *place{k}(void) {{
  char text[64];
  snprintf(text, sizeof(text), "%p %d", (void *)text, (int)seed + {k});
  snprintf(text, sizeof(text), "%d %x", (int)seed, seed);
  snprintf(text, sizeof(text), "%u %o", seed, seed + {k});
  snprintf(text, sizeof(text), "%d %x", (int)seed + 1, seed);
  void *here = caller();
  seed += text[0];
  return here;
}}
"""

TAIL = """
__attribute__((noinline)) int last(const char *line) {
  if (line[0] == 'c')
    *(volatile int *)0 = 1; // CRASH
  return data[seed % (sizeof(data) / sizeof(data[0]))] == 0;
}
int main(int argc, char **argv) {
  char line[16] = "";
  if (argc > 1)
    for (void *first = place(atoi(argv[1])); place(atoi(argv[1])) == first;)
      usleep(1000);
  puts("running");
  fflush(stdout);
  if (!fgets(line, sizeof(line), stdin))
    return 1;
  return last(line);
}
"""


def main():
    functions, mib, *called = (int(word) for word in sys.argv[1:])
    called = called[0] if called else functions
    out = sys.stdout
    out.write("#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n")
    for k in range(called):
        out.write(FUNCTION.format(k=k))
    out.write(PLACES)
    for k in range(called, functions):
        out.write(PLACE.format(k=k))
    count = mib << 18
    out.write("static unsigned data[%d] = {\n" % count)
    for start in range(0, count, 64):
        out.write("".join("%d," % (i | 1) for i in range(start, start + 64)))
        out.write("\n")
    out.write("};\n")
    out.write("__attribute__((constructor)) static void fill(void) {\n")
    for k in range(called):
        out.write("  seed ^= work%d(seed + %d);\n" % (k, k))
    out.write("}\nstatic void *place(int number) {\n  switch (number) {\n")
    for k in range(called, functions):
        out.write("  case %d: return place%d();\n" % (k, k))
    out.write("  }\n  return 0;\n}\n" + TAIL)


if __name__ == "__main__":
    main()
