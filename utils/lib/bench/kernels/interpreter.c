// A loop over byte codes: a switch, which becomes a table of jumps.

#include <stdio.h>

enum Code {
  Push,
  Add,
  Multiply,
  Duplicate,
  Swap,
  Drop,
  Test,
  Jump,
  Count,
  End
};

static const unsigned char program[] = {
    Push, 3,  Duplicate, Add,  Duplicate, Push, 7,    Swap, Add, Multiply, Drop,
    Push, 37, Count,     Push, 9,         Drop, Test, Jump, 0,   End};

static unsigned run(const unsigned char *code, unsigned limit) {
  unsigned stack[64] = {0}, *top = stack, done = 0;
  for (unsigned at = 0;;) {
    switch (code[at++]) {
    case Push:
      *++top = code[at++];
      break;
    case Add:
      top[-1] += top[0];
      --top;
      break;
    case Multiply:
      top[-1] *= top[0];
      --top;
      break;
    case Duplicate:
      top[1] = top[0];
      ++top;
      break;
    case Swap: {
      unsigned upper = top[0];
      top[0] = top[-1];
      top[-1] = upper;
      break;
    }
    case Drop:
      --top;
      break;
    case Count:
      done += *top--;
      break;
    case Test:
      *++top = done < limit;
      break;
    case Jump:
      at = *top-- ? code[at] : at + 1;
      break;
    case End:
      return done;
    }
  }
}

int main(void) {
  // Through a volatile pointer, so that the compiler does not know the codes.
  const unsigned char *volatile code = program;
  printf("%u\n", run(code, 4200000000u));
}
