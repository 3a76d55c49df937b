// Is a second definition in C++ an error that names both files, however each was
// compiled?
//
// RUN: %split %s %t
// RUN: %linked --fails --levels=1 --variants=-fPIC,-fno-pic main=%t/main.cpp \
// RUN:   object=%t/one.cpp gcc=%t/two.cpp | FileCheck %s -DONE=one.cpp.o -DTWO=two.cpp.o
// RUN: %linked --fails --levels=1 --variants=-fPIC main=%t/main.cpp \
// RUN:   gcc=%t/one.cpp module=%t/two.cpp | FileCheck %s -DONE=two.cpp.bc -DTWO=one.cpp.o
// RUN: %linked --fails --levels=1 --variants=-fPIC main=%t/main.cpp \
// RUN:   object=%t/two.cpp archive=gcc!%t/one.cpp \
// RUN:   | FileCheck %s -DONE=two.cpp.o '-DTWO=lib2.a(one.cpp.o)'
//
// CHECK: remote-run: error: 3 duplicate symbols
// CHECK-NEXT: >>> duplicate symbol: space::{{doubled\(int\)|Variable|Class::key\(\)}}
// CHECK-NEXT: >>>   defined in [[ONE]]
// CHECK-NEXT: >>>   defined in [[TWO]]
// CHECK-NEXT: >>> duplicate symbol: space::{{doubled\(int\)|Variable|Class::key\(\)}}
// CHECK-NEXT: >>>   defined in [[ONE]]
// CHECK-NEXT: >>>   defined in [[TWO]]
// CHECK-NEXT: >>> duplicate symbol: space::{{doubled\(int\)|Variable|Class::key\(\)}}
// CHECK-NEXT: >>>   defined in [[ONE]]
// CHECK-NEXT: >>>   defined in [[TWO]]

//--- class.h
namespace space {
int doubled(int);
extern int Variable;
struct Class {
  virtual int key();
  virtual ~Class() = default;
};
} // namespace space
int needed();
//--- main.cpp
#include "class.h"
int main() {
  space::Class Object;
  return Object.key() + space::doubled(space::Variable) + needed();
}
//--- one.cpp
#include "class.h"
int space::doubled(int Value) { return Value; }
int space::Variable = 1;
int space::Class::key() { return 1; }
int needed() { return 0; }
//--- two.cpp
#include "class.h"
int space::doubled(int Value) { return Value * 2; }
int space::Variable = 2;
int space::Class::key() { return 2; }
