// Does the program end as natively when C++ gives up: what libstdc++ writes, in
// which order handlers run, and of which signal it dies?
// The sanitizer warns of an allocation that fails.
// UNSUPPORTED: sanitized-executor
// RUN: %same %s \
// RUN:   --case "-6 uncaught" --case "-6 integer" --case "-6 noexcept" \
// RUN:   --case "-6 destructor" --case "-6 thread" --case "-6 joinable" \
// RUN:   --case "-6 rethrow" --case "-6 pure" --case "-6 atexit" \
// RUN:   --case "17 handler" --case "-6 returns" --case "-6 early" \
// RUN:   --case "-6 memory"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <thread>

struct Cleanup {
  ~Cleanup() { std::fprintf(stderr, "unwound\n"); }
};

struct Throwing {
  ~Throwing() noexcept(false) { throw std::runtime_error("second"); }
};

struct Abstract {
  Abstract() { indirect(); }
  void indirect() { pure(); }
  virtual void pure() = 0;
};
struct Concrete : Abstract {
  void pure() override {}
};

static void noThrow() noexcept {
  Cleanup Here;
  throw std::runtime_error("out of noexcept");
}

static int early() {
  FILE *File = std::fopen("/proc/self/cmdline", "r");
  char Text[4096];
  std::size_t Size = std::fread(Text, 1, sizeof(Text), File);
  std::fclose(File);
  if (Size > 6 && std::memcmp(Text + Size - 6, "early", 6) == 0)
    throw std::runtime_error("before main");
  return 0;
}
static int Early = early();

int main(int, char **Arguments) {
  const char *Way = Arguments[1];
  auto Is = [Way](const char *Name) { return std::strcmp(Way, Name) == 0; };
  Cleanup Here;
  if (Is("uncaught"))
    throw std::runtime_error("nobody catches this");
  if (Is("integer"))
    throw 42;
  if (Is("noexcept"))
    noThrow();
  if (Is("destructor"))
    try {
      Throwing First;
      throw std::runtime_error("first");
    } catch (...) {
    }
  if (Is("thread"))
    std::thread([] { throw std::logic_error("in a thread"); }).join();
  if (Is("joinable"))
    std::thread([] {}).~thread();
  if (Is("rethrow"))
    throw;
  if (Is("pure"))
    Concrete();
  if (Is("atexit")) {
    std::atexit([] { throw std::runtime_error("in a handler"); });
    return 0;
  }
  if (Is("handler")) {
    std::set_terminate([] {
      try {
        std::rethrow_exception(std::current_exception());
      } catch (const std::exception &E) {
        std::printf("handler: %s\n", E.what());
      }
      std::exit(17);
    });
    throw std::runtime_error("for the handler");
  }
  if (Is("returns")) {
    std::set_terminate([] { std::fprintf(stderr, "and returns\n"); });
    throw 1;
  }
  if (Is("memory")) {
    volatile std::size_t Size = ~std::size_t(0) / 4 * 3;
    static char *volatile Block;
    Block = new char[Size];
  }
  return 0;
}
