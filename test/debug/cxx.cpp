// Does gdb see a C++ program's objects, templates, overloads and exceptions as it
// does natively?
//
// The executor of an instrumented build has frames with lines of its own.
// UNSUPPORTED: sanitized-controller
// RUN: %debug --flags="-g -O0" %s | FileCheck %s
// RUN: %debug --flags="-g -O0" --remote=--part-size=1 %s | FileCheck %s
// RUN: %debug --flags="-g -O0 -gdwarf-4" --remote=--part-size=1 %s | FileCheck %s
// RUN: %debug --flags="-g -O0" --extra-object %s | FileCheck %s
// RUN: %debug --flags="-g -O0" --way=launch %s | FileCheck %s
//
// With functions that are compiled when they are called.
// RUN: %debug --flags="-g -O0" --remote=--lazy=on %s | FileCheck %s

/* GDB
break shapes::Square::area
break twice<double>
catch throw
--
bt
print name
whatis this
print shapes::made
print side
up
print argc
print square.name
continue
print value
info args
continue
up
bt
info locals
delete
continue
print $_exitcode
*/

#include <cstdio>
#include <stdexcept>

namespace shapes {
int made = 0;

struct Shape {
  virtual ~Shape() = default;
  virtual int area() const = 0;
  const char *name = "shape";
};

class Square : public Shape {
public:
  explicit Square(int side) : side(side) { ++made; }
  __attribute__((noinline)) int area() const override;

private:
  int side;
};

int Square::area() const { return side * side; }
} // namespace shapes

template <typename T> __attribute__((noinline)) T twice(T value) {
  return value + value;
}

__attribute__((noinline)) void refuse(int number) {
  int wanted = number + 1;
  throw std::runtime_error(wanted == 10 ? "ten" : "not ten");
}

struct Counted {
  static int alive;
  Counted() { ++alive; }
};
int Counted::alive = 4;
static Counted before_main;

int main(int argc, char **) {
  shapes::Square square(argc + 6);
  const shapes::Shape &shape = square;
  int area = shape.area();
  double doubled = twice(2.25);
  try {
    refuse(9);
  } catch (const std::exception &error) {
    std::printf("%s %d %.2f %d\n", error.what(), area, doubled,
                Counted::alive);
  }
  return 3;
}

// CHECK: Breakpoint 1, shapes::Square::area (this=ADDRESS) at {{.*}}cxx.cpp:
// CHECK: $1 = ADDRESS "shape"
// CHECK: type = const shapes::Square *
// CHECK: $2 = 1
// CHECK: $3 = 7
// CHECK: Breakpoint 2, twice<double> (value=2.25) at {{.*}}cxx.cpp:
// CHECK: Catchpoint 3 (exception thrown)
// CHECK: refuse (number=9) at {{.*}}cxx.cpp:
// CHECK: wanted = 10
// CHECK: >>> print $_exitcode
// CHECK-NEXT: = 3
