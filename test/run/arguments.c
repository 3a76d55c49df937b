// Does the guest get exactly the arguments after the file, whatever they are?
//
// Some look like options of ours or of LLVM's, which would expand @file.
// RUN: echo "expanded" > %t.response
// RUN: %same --status 13 %s -- -O0 --help --version -- @%t.response \
// RUN:   -jit-kind=orc-lazy -- --stub=/bin/true "" "two words" - -
// RUN: %same --status 1 %s
// RUN: %same --status 2 %s -- ""
// Bytes that are no UTF-8, a line feed, an empty last argument.
// RUN: %python -c "import sys; sys.stdout.buffer.write( \
// RUN:   b'\xff\xfe\x80\0\n\0caf\xe9\0\xc3\0' + bytes(range(1, 256)) + b'\0\0')" \
// RUN:   > %t.arguments
// RUN: %same --status 7 --arguments %t.arguments %s

#include <stdio.h>

int main(int argc, char **argv) {
  for (int i = 0; i <= argc; ++i) {
    if (!argv[i]) {
      printf("argv[%d] is null\n", i);
      continue;
    }
    printf("argv[%d] = ", i);
    for (char *p = argv[i]; *p; ++p)
      printf(*p > ' ' && *p < 127 ? "%c" : "\\%02x", (unsigned char)*p);
    printf("\n");
  }
  return argc;
}
