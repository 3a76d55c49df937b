// Is a group of sections that several objects have there once: one copy of an
// inline function's static and of a template's, no duplicate symbol, and unwind
// tables of no function that is gone?
//
// ELF gABI, "Section Groups": GRP_COMDAT.
//
// RUN: %split %s %t
// RUN: %linked --any-order main=%t/main.cpp object=%t/one.cpp gcc=%t/two.cpp
// RUN: %linked --any-order main=%t/main.cpp gcc:-fPIC=%t/one.cpp \
// RUN:   gcc:-fPIC=%t/two.cpp
// RUN: %linked --any-order --levels=0 main=%t/main.cpp \
// RUN:   archive=gcc!%t/one.cpp,%t/two.cpp

//--- shared.h
#include <cstdio>
template <typename T> struct Counted {
  static int &count() {
    static int Count;
    return Count;
  }
  static int Plain;
};
template <typename T> int Counted<T>::Plain = 5;
inline int counter() {
  static int Calls = 100;
  return ++Calls;
}
struct Base {
  virtual ~Base() {}
  virtual int number() { return 1; }
};
struct Other {
  virtual ~Other() {}
  virtual int second() { return 2; }
};
// Its second() is reached by a thunk, which is a local symbol of the group in
// gcc's objects.
struct Both : Base, Other {
  int number() override { return 3; }
  int second() override { return 4; }
};
inline int thrower(int Depth) {
  struct Marker {
    ~Marker() { std::printf("unwound\n"); }
  } Here;
  if (Depth == 0)
    throw 42;
  return thrower(Depth - 1) + 1;
}
Other *makeInOne();
Other *makeInTwo();
int countInOne(), countInTwo();
//--- main.cpp
#include "shared.h"
int main() {
  Counted<int>::count() += 1;
  std::printf("%d %d %d\n", countInOne(), countInTwo(),
              Counted<int>::count());
  std::printf("%d %d\n", counter(), Counted<int>::Plain);
  Other *A = makeInOne(), *B = makeInTwo();
  std::printf("%d %d\n", A->second(), B->second());
  delete A;
  delete B;
  try {
    thrower(2);
  } catch (int Thrown) {
    std::printf("caught %d\n", Thrown);
  }
}
//--- one.cpp
#include "shared.h"
Other *makeInOne() { return new Both; }
int countInOne() {
  Counted<int>::Plain += 10;
  try {
    thrower(1);
  } catch (int) {
    std::printf("in one\n");
  }
  return ++Counted<int>::count() + counter();
}
//--- two.cpp
#include "shared.h"
Other *makeInTwo() { return new Both; }
int countInTwo() {
  Counted<int>::Plain += 20;
  try {
    thrower(1);
  } catch (int) {
    std::printf("in two\n");
  }
  return ++Counted<int>::count() + counter();
}
