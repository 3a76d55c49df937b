// Compiled to IR: throws through the frames of objects, and catches what they
// throw.

#include "throws.h"
#include <cstdio>
#include <thread>

static int throw_from_main(int Number) {
  if (Number > 5)
    throw Problem("from main", Number);
  if (Number < 0)
    throw Number;
  return Number;
}

struct Triangle : Square {
  using Square::Square;
  int area() const override { return Side * Side / 2; }
};

template <typename T> static void attempt(const char *Name, T Function) {
  try {
    std::printf("%s: %d\n", Name, Function());
  } catch (const Problem &Caught) {
    std::printf("%s: %s %d\n", Name, Caught.what(), Caught.Number);
  } catch (const std::exception &Caught) {
    std::printf("%s: %s\n", Name, Caught.what());
  } catch (int Number) {
    std::printf("%s: int %d\n", Name, Number);
  }
}

// What an unwinder in the program would search: sorted, and ended.
extern "C" const unsigned __exidx_start[], __exidx_end[];
static int isSorted() {
  auto function = [](const unsigned *Entry) {
    return reinterpret_cast<unsigned>(Entry) + (static_cast<int>(*Entry * 2) >> 1);
  };
  const unsigned *Entry = __exidx_start;
  for (; Entry + 2 < __exidx_end; Entry += 2)
    if (function(Entry) % 2 != 0 || function(Entry + 2) <= function(Entry))
      return 0;
  return Entry > __exidx_start && Entry + 2 == __exidx_end && Entry[1] == 1;
}

int main() {
  std::printf("sorted: %d\n", isSorted());
  attempt("part", [] { return throw_from_part(3); });
  attempt("part", [] { return throw_from_part(30); });
  attempt("part", [] { return throw_from_part(-1); });
  for (int Number : {1, 6, -4}) {
    attempt("caught", [=] { return catch_in_part(throw_from_main, Number); });
    attempt("cleaned", [=] {
      return clean_up_in_part(throw_from_main, Number);
    });
  }
  attempt("rethrown", [] { return rethrow(8); });
  attempt("sum", [] { return sum([](int Number) { return Number * 2; }); });
  attempt("sum", [] { return sum(throw_from_main); });
  attempt("areas", [] { return area(Square(3)) + area(Triangle(4)); });
  int Counted = count() * 100;
  attempt("count", [=] { return Counted + count_in_part(); });
  *string_of_thread() += " of main";
  std::thread([] {
    *string_of_thread() += " of another";
    std::puts(string_of_thread()->c_str());
  }).join();
  std::puts(string_of_thread()->c_str());
}
