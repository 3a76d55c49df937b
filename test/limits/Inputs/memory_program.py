#!/usr/bin/env python3
"""Writes a C program of some size: memory_program.py FUNCTIONS MIB.

So many functions, and so much initialised data. It waits for a line on standard
input, and crashes in its last function if that line is "crash".
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

TAIL = """
__attribute__((noinline)) int last(const char *line) {
  if (line[0] == 'c')
    *(volatile int *)0 = 1; // CRASH
  return data[seed % (sizeof(data) / sizeof(data[0]))] == 0;
}
int main(void) {
  char line[16] = "";
  puts("running");
  fflush(stdout);
  if (!fgets(line, sizeof(line), stdin))
    return 1;
  return last(line);
}
"""


def main():
    functions, mib = (int(word) for word in sys.argv[1:])
    out = sys.stdout
    out.write("#include <stdio.h>\n")
    for k in range(functions):
        out.write(FUNCTION.format(k=k))
    count = mib << 18
    out.write("static unsigned data[%d] = {\n" % count)
    for start in range(0, count, 64):
        out.write("".join("%d," % (i | 1) for i in range(start, start + 64)))
        out.write("\n")
    out.write("};\nstatic unsigned seed;\n")
    out.write("__attribute__((constructor)) static void fill(void) {\n")
    for k in range(functions):
        out.write("  seed ^= work%d(seed + %d);\n" % (k, k))
    out.write("}\n" + TAIL)


if __name__ == "__main__":
    main()
