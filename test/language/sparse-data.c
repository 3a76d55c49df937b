// Is data that is zero almost everywhere what it was, with its few bytes at the
// edges of pages?
//
// Runs of zeroes are not sent.
// RUN: %same --status 0 %s
// RUN: %same --levels 2 --status 0 --flags=-fdata-sections --remote=--part-size=1 %s

#include <stdio.h>

#define PAGE 4096
// Each page has one byte, or two with a page of zeroes between them.
static _Alignas(PAGE) unsigned char Edges[12 * PAGE + 5] = {
    [PAGE - 1] = 1,      [PAGE] = 2,          [3 * PAGE - 1] = 3,
    [4 * PAGE + 7] = 4,  [6 * PAGE - 1] = 5,  [7 * PAGE] = 6,
    [9 * PAGE - 1] = 7,  [10 * PAGE] = 8,     [12 * PAGE + 4] = 9};
static _Alignas(PAGE) const unsigned char Constant[3 * PAGE] = {
    [PAGE - 1] = 10, [3 * PAGE - 1] = 11};
static _Alignas(PAGE) unsigned char AlmostZero[PAGE + 1] = {[PAGE] = 12};

static unsigned show(const volatile unsigned char *Bytes, unsigned Size) {
  unsigned Count = 0;
  for (unsigned I = 0; I != Size; ++I)
    if (Bytes[I] != 0) {
      printf("%u at %u\n", Bytes[I], I);
      ++Count;
    }
  return Count;
}

int main(void) {
  unsigned Count = show(Edges, sizeof(Edges)) +
                   show(Constant, sizeof(Constant)) +
                   show(AlmostZero, sizeof(AlmostZero));
  return Count == 12 ? 0 : 1;
}
