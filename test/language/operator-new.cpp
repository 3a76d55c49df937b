// Does libstdc++ allocate by the guest's operator new, as by a native program's,
// aligned and nothrow forms included; and is the new-handler asked?
//
// libstdc++.so calls "operator new" by name, and the executable's comes first.
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 --flags=-std=c++20 %s

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <locale>
#include <new>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

static int News, Deletes, Failing;

void *operator new(std::size_t Size) {
  ++News;
  while (Failing > 0) {
    if (std::new_handler Handler = std::get_new_handler())
      Handler();
    else
      throw std::bad_alloc();
  }
  // Not what the library's own operator delete could free.
  char *Block = static_cast<char *>(std::malloc(Size + 16));
  return Block + 16;
}
void operator delete(void *Block) noexcept {
  ++Deletes;
  if (Block)
    std::free(static_cast<char *>(Block) - 16);
}
void operator delete(void *Block, std::size_t) noexcept {
  operator delete(Block);
}

static void show(const char *What) {
  std::printf("%s: %d news, %d deletes\n", What, News, Deletes);
  News = Deletes = 0;
}

int main() {
  News = Deletes = 0;
  {
    // Members of std::string are compiled into the library.
    std::string Text(100, 'x');
    Text.append(1000, 'y');
    Text.reserve(10000);
  }
  show("string");
  {
    std::ostringstream Stream;
    Stream << std::string(10000, 'z') << 42;
    std::string Copy = Stream.str();
  }
  show("stream");
  {
    std::thread([] {}).join();
  }
  show("thread");
  {
    std::filesystem::path Path =
        std::filesystem::path("/a/b/c").lexically_normal();
  }
  show("path");
  {
    delete[] new int[100];
  }
  show("array");
  {
    delete new (std::nothrow) int;
  }
  show("nothrow");
  std::set_new_handler([] {
    std::printf("handler\n");
    --Failing;
  });
  Failing = 2;
  {
    std::string Text(5000, 'x');
  }
  show("handled");
  std::set_new_handler(nullptr);
  Failing = 1;
  try {
    std::string Text(5000, 'x');
  } catch (const std::bad_alloc &E) {
    std::printf("%s\n", E.what());
  }
  return 0;
}
