// Compiled to objects of Thumb code.

#include "throws.h"
#include <algorithm>
#include <cstdio>
#include <vector>

Shape::~Shape() = default;
int Square::area() const { return Side * Side; }

struct Tells {
  ~Tells() { std::puts("cleaned up"); }
};

int throw_from_part(int Number) {
  if (Number > 10)
    throw Problem("from part", Number);
  return std::string("text").at(Number);
}

int catch_in_part(int (*Function)(int), int Number) {
  try {
    return Function(Number);
  } catch (const Problem &Caught) {
    return -Caught.Number;
  }
}

int clean_up_in_part(int (*Function)(int), int Number) {
  Tells OfFrame;
  return Function(Number) + 1;
}

int rethrow(int Number) {
  try {
    try {
      return clean_up_in_part(throw_from_part, Number);
    } catch (...) {
      std::puts("once");
      throw;
    }
  } catch (const std::out_of_range &) {
    throw Problem("again", Number);
  }
}

int sum(const std::function<int(int)> &Function) {
  std::vector<int> Numbers = {5, 1, 4, 2, 3, 6};
  std::sort(Numbers.begin(), Numbers.end(),
            [](int A, int B) { return A > B; });
  int Sum = 0;
  std::reverse(Numbers.begin(), Numbers.end());
  for (int Number : Numbers)
    Sum += Function(Number);
  return Sum;
}

int area(const Shape &Of) { return Of.area(); }
int count_in_part() { return count(); }

std::string *string_of_thread() {
  static thread_local std::string Text("text");
  return &Text;
}
