#include "plug-in.h"

#include <cstdio>
#include <stdexcept>

namespace {
struct Plugged : Task {
  int run(int Value) override {
    if (Value == -2)
      throw std::logic_error("from the plug-in");
    return callHost(Value);
  }
  ~Plugged() override { std::puts("the plug-in's is gone"); }
};
} // namespace

extern "C" Task *makeTask() {
  ++counter();
  return new Plugged;
}
