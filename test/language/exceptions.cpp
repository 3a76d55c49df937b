// Do exceptions pass through guest frames, and out of libstdc++?
// RUN: %same --status 0 %s

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

struct Noisy {
  const char *Name;
  ~Noisy() { std::printf("unwound %s\n", Name); }
};

[[gnu::noinline]] static void thrower(int Depth) {
  Noisy Here{"thrower"};
  if (Depth == 0)
    throw std::runtime_error("from the guest");
  thrower(Depth - 1);
}

int main() {
  try {
    Noisy Here{"main"};
    thrower(3);
  } catch (const std::exception &E) {
    std::printf("caught %s\n", E.what());
  }
  try {
    std::vector<int>(3).at(7);
  } catch (const std::out_of_range &) {
    std::printf("caught out_of_range from libstdc++\n");
  }
  try {
    std::string("abc").substr(9);
  } catch (const std::logic_error &) {
    std::printf("caught logic_error\n");
  }
  try {
    throw 42;
  } catch (int I) {
    std::printf("caught %d\n", I);
  }
  return 0;
}
