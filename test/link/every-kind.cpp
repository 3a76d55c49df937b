// Do C++ modules, objects of clang and of gcc, and archives make up one program, in
// any order: with exceptions, types, inline variables and thread-local ones that
// all share, and templates that each has?
//
// RUN: %split %s %t
// RUN: %linked --levels=2 --any-order --variants=-fPIC main=%t/main.cpp \
// RUN:   module=%t/first.cpp object=%t/second.cpp gcc=%t/third.cpp \
// RUN:   archive=gcc!%t/fourth.cpp,%t/fifth.cpp
// RUN: %linked --levels=0 --variants=-fPIC,-fPIE main=%t/main.cpp \
// RUN:   archive=%t/first.cpp,gcc!%t/second.cpp gcc=%t/fifth.cpp \
// RUN:   object=%t/fourth.cpp module=%t/third.cpp
// RUN: %linked --levels=1 --variants=-fPIC main=%t/third.cpp gcc=%t/first.cpp \
// RUN:   archive=%t/second.cpp archive=gcc!%t/fourth.cpp \
// RUN:   module=%t/fifth.cpp object=%t/main.cpp
// RUN: %linked --levels=2 --variants=-fno-pic main=%t/main.cpp \
// RUN:   object=%t/first.cpp gcc=%t/second.cpp module=%t/third.cpp \
// RUN:   archive=gcc!%t/fourth.cpp,%t/fifth.cpp

//--- part.h
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Shape {
  virtual ~Shape() = default;
  virtual std::string name() const { return "shape"; }
};
struct Round : virtual Shape {
  std::string name() const override { return "round"; }
};
struct Circle final : Round {
  int Radius = 1;
  std::string name() const override;
};
struct Failure : std::runtime_error {
  int Depth;
  Failure(const std::string &Text, int Depth)
      : std::runtime_error(Text), Depth(Depth) {}
};

inline std::map<std::string, int> Registry;
inline int Calls = 0;
extern thread_local int PerThread;
inline int &counter() {
  static int Counter = 100;
  return ++Counter;
}
template <class T> T twice(const T &Value) {
  ++Calls;
  return Value + Value;
}
struct Registered {
  Registered(const char *Name, int Value) { Registry[Name] = Value; }
};

int first(int), second(int), third(int), fourth(int);
std::unique_ptr<Shape> fifth(const std::string &);

//--- main.cpp
#include "part.h"
static Registered Here("main", 0);
static int use(const char *What, int Depth) {
  try {
    std::printf("%s %d\n", What, first(Depth));
    return 0;
  } catch (const Failure &F) {
    std::printf("%s: %s at %d\n", What, F.what(), F.Depth);
    return F.Depth;
  }
}
int main() {
  for (const auto &[Name, Value] : Registry)
    std::printf("%s=%d ", Name.c_str(), Value);
  std::puts("");
  int Sum = use("shallow", 2) + use("deep", 9) + use("wrong", -1);
  for (const char *Name : {"circle", "round", "other"}) {
    std::unique_ptr<Shape> Made = fifth(Name);
    std::printf("%s %d\n", Made ? Made->name().c_str() : "none",
                dynamic_cast<Circle *>(Made.get()) != nullptr);
  }
  std::printf("%d %d %d %d %s\n", Sum, counter(), Calls, PerThread,
              twice(std::string("end")).c_str());
}
//--- first.cpp
#include "part.h"
static Registered Here("first", 1);
int first(int Depth) {
  counter();
  if (Depth < 0)
    throw Failure(twice(std::string("no")), Depth);
  return Depth ? second(Depth - 1) + twice(1) : 1;
}
//--- second.cpp
#include "part.h"
static Registered Here("second", 2);
thread_local int PerThread = counter();
int second(int Depth) {
  PerThread += Depth;
  try {
    return third(Depth) + twice(2);
  } catch (Failure &F) {
    ++F.Depth;
    throw;
  }
}
//--- third.cpp
#include "part.h"
static Registered Here("third", 3);
int third(int Depth) {
  std::vector<std::string> Names(static_cast<unsigned>(Depth), "x");
  PerThread += static_cast<int>(twice(Names.size()));
  return Depth ? fourth(Depth - 1) : 3;
}
//--- fourth.cpp
#include "part.h"
static Registered Here("fourth", 4);
int fourth(int Depth) {
  if (Depth > 5)
    throw Failure("too deep", Depth * counter());
  return Depth ? first(Depth - 1) + twice(4) : 4;
}
//--- fifth.cpp
#include "part.h"
static Registered Here("fifth", 5);
std::string Circle::name() const { return "circle of " + std::to_string(Radius); }
std::unique_ptr<Shape> fifth(const std::string &Name) {
  if (Name == "circle")
    return std::make_unique<Circle>();
  return Name == "round" ? std::make_unique<Round>() : nullptr;
}
