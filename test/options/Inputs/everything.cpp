// The C++ half of everything.c: exceptions, run-time types, static locals,
// iostreams, threads.

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct Shape {
  virtual ~Shape() = default;
  virtual std::string name() const { return "shape"; }
};
struct Square : Shape {
  std::string name() const override { return "square"; }
};

std::map<std::string, int> Global{{"one", 1}, {"two", 2}};
thread_local std::string PerThread = "fresh";
static long BigTable[40000];

static int &counter() {
  static int Value = [] { return std::cout << "initialized\n", 40; }();
  return Value;
}

[[gnu::noinline]] static int nested(int Depth) {
  std::unique_ptr<Shape> Owned = std::make_unique<Square>();
  if (Depth == 0)
    throw std::runtime_error(Owned->name());
  return nested(Depth - 1) + 1;
}

int main() {
  try {
    nested(4);
  } catch (const std::exception &E) {
    std::cout << "caught " << E.what() << std::endl;
  }
  try {
    std::vector<int>().at(1);
  } catch (const std::out_of_range &) {
    std::cout << "out of range\n";
  }
  std::unique_ptr<Shape> One(new Square);
  std::cout << (dynamic_cast<Square *>(One.get()) != nullptr)
            << Global.at("two") << ++counter() << counter() << "\n";
  PerThread += " main";
  std::thread([] {
    PerThread += " thread";
    BigTable[39999] = static_cast<long>(PerThread.size());
    try {
      throw 5;
    } catch (int Number) {
      BigTable[0] = Number;
    }
  }).join();
  std::cout << PerThread << " " << BigTable[0] + BigTable[39999] << "\n";
  std::vector<double> Values{2.5, 1.25, 9};
  std::sort(Values.begin(), Values.end(), std::greater<>());
  for (double Value : Values)
    std::cout << Value << " ";
  std::cerr << "done\n";
}
