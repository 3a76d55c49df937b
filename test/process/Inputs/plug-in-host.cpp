#include "plug-in.h"

#include <atomic>
#include <cstdio>
#include <dlfcn.h>
#include <stdexcept>
#include <thread>
#include <vector>

static thread_local int Calls = 0;

Task::~Task() { std::puts("its base, too"); }

extern "C" int callHost(int Value) {
  if (Value < 0)
    throw std::runtime_error("from the program");
  return ++Calls;
}

int main(int, char **Arguments) {
  void *PlugIn = dlopen(Arguments[1], RTLD_NOW);
  if (!PlugIn)
    return std::puts(dlerror());
  auto Make = reinterpret_cast<Task *(*)()>(dlsym(PlugIn, "makeTask"));
  Task *Made = Make();
  std::printf("one counter: %d\n", ++counter());
  try {
    Made->run(-1);
  } catch (const std::runtime_error &Error) {
    std::printf("runtime error %s\n", Error.what());
  }
  try {
    Made->run(-2);
  } catch (const std::logic_error &Error) {
    std::printf("logic error %s\n", Error.what());
  }
  std::atomic<int> OfThreads = 0;
  std::vector<std::thread> Threads;
  for (int I = 0; I != 4; ++I)
    Threads.emplace_back([&] {
      for (int K = 0; K != 100; ++K)
        OfThreads += Made->run(K) > 0;
    });
  for (std::thread &Each : Threads)
    Each.join();
  Made->run(0);
  std::printf("calls of threads: %d, of this one: %d\n", OfThreads.load(),
              Made->run(0));
  delete Made;
  return dlclose(PlugIn);
}
