// Do the less common ways of exceptions work: rethrow, nesting, exception_ptr
// between threads, constructors that fail half-way, function-try-blocks?
// RUN: %same --status 0 --flags=-std=c++20 %s

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

struct Part {
  explicit Part(int N) : N(N) {
    if (N == 3)
      throw std::out_of_range("part 3");
    std::printf("Part %d\n", N);
  }
  ~Part() {
    std::printf("~Part %d, uncaught %d\n", N, std::uncaught_exceptions());
  }
  int N;
};

struct Whole {
  Part A{1}, B{2}, C;
  explicit Whole(int N) try : C(N) {
    std::printf("whole\n");
  } catch (const std::exception &E) {
    std::printf("in the constructor: %s\n", E.what());
  }
};

struct Base1 {
  virtual ~Base1() = default;
  int X = 1;
};
struct Base2 {
  virtual ~Base2() = default;
  int Y = 2;
};
struct Derived : Base1, virtual Base2 {
  int Z = 3;
};

static void describe(const std::exception &E, int Depth = 0) {
  std::printf("%*s%s\n", Depth * 2, "", E.what());
  try {
    std::rethrow_if_nested(E);
  } catch (const std::exception &Inner) {
    describe(Inner, Depth + 1);
  }
}

[[gnu::noinline]] static int deep(int Depth, std::exception_ptr P) {
  Part Local(100);
  char Space[256];
  Space[Depth & 255] = 1;
  if (Depth == 0)
    std::rethrow_exception(P);
  return deep(Depth - 1, P) + Space[Depth & 255];
}

int main() {
  try {
    Whole W(3);
  } catch (const std::out_of_range &E) {
    std::printf("outside: %s\n", E.what());
  }
  Whole Fine(4);

  try {
    try {
      try {
        throw std::runtime_error("inner");
      } catch (...) {
        std::throw_with_nested(std::logic_error("middle"));
      }
    } catch (...) {
      std::throw_with_nested(std::runtime_error("outer"));
    }
  } catch (const std::exception &E) {
    describe(E);
  }

  try {
    throw Derived();
  } catch (const Base2 &B) {
    std::printf("Base2 %d, %s\n", B.Y, typeid(B).name());
  }
  try {
    throw new Derived();
  } catch (Base1 *B) {
    std::printf("Base1 * %d\n", B->X);
    delete B;
  }
  try {
    throw static_cast<const char *>("text");
  } catch (const char *T) {
    std::printf("%s\n", T);
  }

  std::exception_ptr P;
  std::thread([&P] {
    try {
      throw std::runtime_error("from another thread");
    } catch (...) {
      P = std::current_exception();
    }
  }).join();
  try {
    deep(5, P);
  } catch (const std::exception &E) {
    std::printf("%s\n", E.what());
  }
  try {
    try {
      throw 1;
    } catch (int &I) {
      I = 2;
      throw;
    }
  } catch (int I) {
    std::printf("rethrown %d\n", I);
  }
  // Many, in many threads at once.
  std::vector<std::thread> Threads;
  int Caught[4] = {};
  for (int T = 0; T < 4; ++T)
    Threads.emplace_back([&Caught, T] {
      for (int I = 0; I < 1000; ++I)
        try {
          throw std::string("a string that is long enough for the heap");
        } catch (const std::string &) {
          ++Caught[T];
        }
    });
  for (auto &T : Threads)
    T.join();
  std::printf("%d %d %d %d\n", Caught[0], Caught[1], Caught[2], Caught[3]);
  return 0;
}
