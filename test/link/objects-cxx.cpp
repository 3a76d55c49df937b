// Do C++ objects of clang and g++ share with the IR what C++ says is one:
// exceptions both ways, vtables, RTTI, inline variables and functions, static
// locals, templates?
//
// g++ makes the static members of templates and of inline functions
// STB_GNU_UNIQUE.
//
// RUN: %split %s %t
// RUN: %linked --variants=-fPIC main=%t/main.cpp gcc=%t/part.cpp
// RUN: %linked --variants=-fPIC main=%t/main.cpp object=%t/part.cpp
// RUN: %linked --any-order --variants=-fPIC main=%t/main.cpp \
// RUN:   gcc=%t/part.cpp module=%t/third.cpp
// RUN: %linked --any-order --variants=-fPIC main=%t/third.cpp \
// RUN:   gcc=%t/main.cpp object=%t/part.cpp
// RUN: %linked main=%t/main.cpp archive:-fPIC=gcc!%t/part.cpp,%t/third.cpp
// RUN: %linked main=%t/main.cpp archive:-fPIE=%t/part.cpp \
// RUN:   archive:-fPIC=gcc!%t/third.cpp

//--- shape.h
#include <cstdio>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

struct Shape {
  virtual ~Shape();
  virtual int area() const = 0;
};
struct Square : Shape {
  int Side;
  explicit Square(int Side) : Side(Side) {}
  int area() const override { return Side * Side; }
};
struct Oops : std::runtime_error {
  using std::runtime_error::runtime_error;
};
inline int InlineVariable = [] { return std::puts("once"), 5; }();
inline int &inlineStatic() {
  static int Value = (std::puts("inline static"), 1);
  return Value;
}
template <class T> struct Table {
  static std::vector<T> Values;
};
template <class T> std::vector<T> Table<T>::Values = {1, 2, 3};
template <class T> T &unique() {
  static T Value{};
  return Value;
}
Shape *makeShape(int);
void throwOops(int);
int guard(void (*)(int), int);
bool isSquare(const std::type_info &);
void fillTable();
int *addressOfInline();
int *addressOfUnique();
int third(int);

//--- main.cpp
#include "shape.h"

namespace {
struct Local : Shape {
  int area() const override { return -1; }
};
void throwFromMain(int Number) {
  if (Number > 2)
    throw Oops("from main " + std::to_string(Number));
  throw Number;
}
} // namespace

int main() {
  try {
    throwOops(7);
  } catch (const std::exception &E) {
    std::printf("caught %s, a %s\n", E.what(), typeid(E).name());
  }
  std::printf("%d %d\n", guard(throwFromMain, 1), guard(throwFromMain, 9));
  Shape *One = makeShape(4), *Other = new Local;
  std::printf("%d %d\n", One->area(), Other->area());
  std::printf("%d %d\n", dynamic_cast<Square *>(One) != nullptr,
              dynamic_cast<Square *>(Other) != nullptr);
  std::printf("%d %d\n", isSquare(typeid(*One)), isSquare(typeid(*Other)));
  delete One;
  delete Other;
  inlineStatic() += 10;
  unique<int>() = 77;
  fillTable();
  std::printf("%zu %d\n", Table<int>::Values.size(), inlineStatic());
  std::printf("%d %d\n", addressOfInline() == &InlineVariable,
              addressOfUnique() == &unique<int>());
  std::printf("%d\n", third(3));
}

//--- part.cpp
#include "shape.h"

Shape::~Shape() { std::puts("~Shape"); }
Shape *makeShape(int Side) { return new Square(Side); }
void throwOops(int Number) { throw Oops("oops " + std::to_string(Number)); }
int guard(void (*Function)(int), int Number) {
  try {
    Function(Number);
  } catch (int I) {
    return I + 100;
  } catch (const Oops &E) {
    std::puts(E.what());
    return 200;
  }
  return 0;
}
bool isSquare(const std::type_info &Type) { return Type == typeid(Square); }
void fillTable() {
  Table<int>::Values.push_back(unique<int>());
  inlineStatic() += 100;
}
int *addressOfInline() { return &InlineVariable; }
int *addressOfUnique() { return &unique<int>(); }
[[gnu::weak]] int third(int Value) { return Value; }

//--- third.cpp
#include "shape.h"

int third(int Value) {
  try {
    throwOops(Value);
  } catch (const Oops &) {
    return Value * 3 + inlineStatic() + InlineVariable;
  }
  return 0;
}
