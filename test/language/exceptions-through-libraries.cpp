// Do exceptions of the guest pass through the frames of libraries, which call it
// back?
// The sanitizer warns of an allocation that fails.
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 --flags="-std=c++20 -fexceptions" %s

#include <algorithm>
#include <bitset>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <iostream>
#include <list>
#include <locale>
#include <mutex>
#include <search.h>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <vector>

template <typename F> static void expect(const char *What, F Function) {
  try {
    Function();
    std::printf("%s: nothing thrown\n", What);
  } catch (const std::exception &E) {
    std::printf("%s: %s\n", What, E.what());
  } catch (int I) {
    std::printf("%s: %d\n", What, I);
  }
}

struct Throwing : std::streambuf {
  int_type overflow(int_type) override { throw 5; }
  int_type underflow() override { throw std::runtime_error("underflow"); }
};

struct Grouping : std::numpunct<char> {
  char do_thousands_sep() const override { throw 6; }
  std::string do_grouping() const override { throw 7; }
};

int main() {
  expect("qsort", [] {
    int Values[] = {3, 1, 2};
    std::qsort(Values, 3, sizeof(int),
               [](const void *, const void *) -> int { throw 1; });
  });
  expect("bsearch", [] {
    int Values[] = {1, 2, 3};
    std::bsearch(Values, Values, 3, sizeof(int),
                 [](const void *, const void *) -> int { throw 2; });
  });
  expect("sort", [] {
    std::vector<int> Values(100);
    std::sort(Values.begin(), Values.end(),
              [](int, int) -> bool { throw std::logic_error("sort"); });
  });
  expect("for_each", [] {
    std::list<int> Values = {1};
    std::for_each(Values.begin(), Values.end(), [](int) { throw 3; });
  });
  expect("function", [] { std::function<void()>()(); });
  expect("output, swallowed", [] {
    Throwing Buffer;
    std::ostream Stream(&Buffer);
    Stream << 12345;
    std::printf("bad %d\n", Stream.bad());
  });
  expect("output, rethrown", [] {
    Throwing Buffer;
    std::ostream Stream(&Buffer);
    Stream.exceptions(std::ios::badbit);
    Stream << "text";
  });
  expect("input, rethrown", [] {
    Throwing Buffer;
    std::istream Stream(&Buffer);
    Stream.exceptions(std::ios::badbit);
    int I;
    Stream >> I;
  });
  expect("facet", [] {
    std::ostream Stream(std::cout.rdbuf());
    Stream.exceptions(std::ios::badbit);
    Stream.imbue(std::locale(std::locale(), new Grouping));
    Stream << 1234567;
  });
  expect("call_once", [] {
    std::once_flag Flag;
    int Calls = 0;
    try {
      std::call_once(Flag, [&] {
        ++Calls;
        throw 1;
      });
    } catch (int) {
    }
    std::call_once(Flag, [&] { ++Calls; });
    std::call_once(Flag, [&] { ++Calls; });
    throw Calls;
  });
  expect("async", [] {
    std::async(std::launch::async, [] {
      throw std::runtime_error("async");
    }).get();
  });
  expect("broken promise", [] {
    std::future<int> Future;
    {
      Future = std::promise<int>().get_future();
    }
    Future.get();
  });
  expect("stoi", [] { std::stoi("x"); });
  expect("locale", [] { std::locale("no such locale"); });
  expect("length", [] { std::string().resize(std::string::npos); });
  expect("new", [] {
    volatile std::size_t Size = SIZE_MAX - 4096;
    delete[] new char[Size];
  });
  expect("bitset", [] { std::bitset<4>("012"); });
  return 0;
}
