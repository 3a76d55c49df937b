// Are what gcc marks as unique (STB_GNU_UNIQUE: static variables of templates and
// of inline functions) one in the whole program?
//
// RUN: %split %s %t
// RUN: %linked --any-order main=%t/main.cpp gcc:-fPIC:-DNAME=one=%t/one.cpp \
// RUN:   gcc:-fPIC:-DNAME=two=%t/two.cpp module:-DNAME=three=%t/three.cpp
// RUN: %linked --any-order main=%t/main.cpp gcc:-fPIC:-DNAME=one=%t/one.cpp \
// RUN:   gcc:-fPIC:-DNAME=two=%t/two.cpp object:-DNAME=three=%t/three.cpp
// RUN: g++ -c -fPIC -DNAME=one %t/one.cpp -o %t/one.o
// RUN: %llvm/llvm-readelf --symbols %t/one.o | FileCheck %s
// CHECK: OBJECT UNIQUE {{.*}}Member

//--- part.h
#include <cstdio>
template <typename T> struct Holder {
  static int Member;
};
template <typename T> int Holder<T>::Member = 3;
inline int &counter() {
  static int Count = 10;
  return Count;
}
struct Noisy {
  Noisy() { std::puts("constructed"); }
};
inline Noisy &noisy() {
  static Noisy Only;
  return Only;
}
//--- one.cpp
#include "part.h"
int NAME() {
  noisy();
  return counter()++ + 100 * Holder<int>::Member++;
}
//--- two.cpp
#include "one.cpp"
//--- three.cpp
#include "one.cpp"
//--- main.cpp
#include "part.h"
#include <initializer_list>
int one(), two(), three();
int main() {
  for (int (*Each)() : {one, two, three, two, one})
    std::printf("%d\n", Each());
  std::printf("%d %d\n", counter(), Holder<int>::Member);
}
