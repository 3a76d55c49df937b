// Does a truncated or damaged object end in one diagnostic that names it, never
// in a crash of remote-run, nor in a hang?
//
// RUN: rm -rf %t && %split %s %t
// RUN: %clangxx -O1 -c -emit-llvm %t/main.cpp -o %t/main.bc
// RUN: %clangxx -O1 -c %t/part.cpp -o %t/part.o
// RUN: %python %inputs/corrupt.py %bare-remote-run %t/main.bc %t/part.o

//--- main.cpp
int part(int);
int main(int Count, char **) { return part(Count) - 7; }
//--- part.cpp
extern "C" int atoi(const char *);
static int Zeroes[50];
int *Pointer = &Zeroes[3];
[[gnu::weak]] int weak(int N) { return N; }
int part(int N) {
  try {
    if (N > 5)
      throw N;
    Zeroes[3] = atoi("6");
    return weak(N) + *Pointer;
  } catch (int I) {
    return I;
  }
}
