// Do the larger parts of libstdc++ work: coroutines, ranges, filesystem, regex,
// chrono, random, charconv?
// RUN: %same --levels 0 --status 0 --flags=-std=c++20 %s

#include <charconv>
#include <chrono>
#include <coroutine>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory_resource>
#include <numeric>
#include <optional>
#include <random>
#include <ranges>
#include <regex>
#include <span>
#include <sstream>
#include <string>
#include <system_error>
#include <unordered_map>
#include <variant>
#include <vector>

template <typename T> struct Generator {
  struct promise_type {
    T Value;
    Generator get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T V) {
      Value = V;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  std::coroutine_handle<promise_type> Handle;
  ~Generator() { Handle.destroy(); }
  bool next() {
    Handle.resume();
    return !Handle.done();
  }
};

static Generator<int> fibonacci() {
  struct Farewell {
    ~Farewell() { std::printf("coroutine destroyed\n"); }
  } Here;
  for (int A = 0, B = 1; A < 1000; std::swap(A, B), B += A)
    co_yield A;
  throw std::runtime_error("no more");
}

static void coroutines() {
  auto Numbers = fibonacci();
  try {
    while (Numbers.next())
      std::printf("%d ", Numbers.Handle.promise().Value);
  } catch (const std::exception &E) {
    std::printf("%s\n", E.what());
  }
}

static void files() {
  namespace fs = std::filesystem;
  fs::path Folder = fs::temp_directory_path() /
                    ("library-test-" + std::to_string(std::random_device()()));
  fs::create_directories(Folder / "a" / "b");
  std::ofstream(Folder / "a" / "file") << "contents";
  std::map<std::string, std::uintmax_t> Found;
  for (auto &Entry : fs::recursive_directory_iterator(Folder))
    Found[Entry.path().lexically_relative(Folder)] =
        Entry.is_regular_file() ? Entry.file_size() : 0;
  for (auto &[Name, Size] : Found)
    std::printf("%s %ju\n", Name.c_str(), Size);
  std::printf("removed %ju\n", fs::remove_all(Folder));
  std::error_code Error;
  fs::file_size(Folder, Error);
  std::printf("%s %s\n", Error.message().c_str(), Error.category().name());
  try {
    fs::copy(Folder, Folder);
  } catch (const fs::filesystem_error &E) {
    std::printf("%d\n", E.code().value());
  }
}

int main() {
  coroutines();
  for (int I : std::views::iota(1, 20) |
                   std::views::filter([](int N) { return N % 3 == 0; }) |
                   std::views::transform([](int N) { return N * N; }) |
                   std::views::reverse)
    std::printf("%d ", I);
  std::printf("\n");
  files();
  std::string Text = "one 22 three 4444";
  std::regex Digits("[0-9]+");
  for (std::sregex_iterator I(Text.begin(), Text.end(), Digits), End; I != End;
       ++I)
    std::printf("%s@%td ", I->str().c_str(), I->position());
  std::printf(
      "%s\n",
      std::regex_replace(Text, std::regex("(\\w)(\\w*)"), "$2$1").c_str());
  using namespace std::chrono;
  auto Day = sys_days{2024y / February / 29};
  std::printf("%d %d\n", (int)(Day - sys_days{1970y / 1 / 1}).count(),
              (int)weekday(Day).c_encoding());
  std::printf("%d\n", steady_clock::now() >= steady_clock::time_point());
  std::mt19937_64 Engine(42);
  std::normal_distribution<> Normal;
  std::uniform_int_distribution<> Uniform(1, 6);
  std::printf("%.17g %d %ju\n", Normal(Engine), Uniform(Engine),
              (std::uintmax_t)Engine());
  char Buffer[64];
  auto End = std::to_chars(Buffer, Buffer + 64, 0.1).ptr;
  double Back;
  std::from_chars(Buffer, End, Back);
  std::printf("%.*s %d\n", int(End - Buffer), Buffer, Back == 0.1);
  std::pmr::monotonic_buffer_resource Resource;
  std::pmr::vector<std::pmr::string> Strings({"a", "b"}, &Resource);
  std::unordered_map<std::string, std::variant<int, std::string>> Map = {
      {"x", 1}, {"y", "text"}};
  std::printf("%zu %s\n", Strings.size(),
              std::get<std::string>(Map["y"]).c_str());
  try {
    std::get<int>(Map["y"]);
  } catch (const std::bad_variant_access &E) {
    std::printf("%s\n", E.what());
  }
  try {
    std::optional<int>().value();
  } catch (const std::bad_optional_access &E) {
    std::printf("%s\n", E.what());
  }
  return 0;
}
