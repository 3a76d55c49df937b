// Do the standard streams work: input, formatting, locales, mixing with stdio,
// before main and after it?
// RUN: echo "12 3.5 word" > %t.input
// RUN: echo "a whole line" >> %t.input
// RUN: %same --status 0 --flags=-std=c++20 --stdin %t.input %s
// RUN: %same --status 0 --flags="-std=c++20 -DUNSYNCED" --stdin %t.input %s

#include <cstdio>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <locale>
#include <sstream>
#include <string>

struct Chatty {
  Chatty() { std::cout << "before main" << std::endl; }
  ~Chatty() {
    std::cout << "after main, not flushed";
    std::cerr << "after main\n";
  }
} TheChatty;

int main() {
#ifdef UNSYNCED
  std::ios::sync_with_stdio(false);
#endif
  int I;
  double D;
  std::string Word, Line;
  std::cin >> I >> D >> Word >> std::ws;
  std::getline(std::cin, Line);
  std::cout << I << ' ' << D << ' ' << Word << ' ' << Line << '\n';
  std::printf("stdio in between\n");
  std::cerr << "error stream\n";
  std::clog << "log stream\n";
  std::cin >> I;
  std::cout << std::boolalpha << std::cin.eof() << std::cin.fail() << "\n";
  std::cout << std::hex << std::showbase << 255 << std::dec << std::setw(8)
            << std::setfill('*') << 3.14159 << std::scientific << 2e10
            << std::hexfloat << 1.5 << "\n";
  std::cout << std::put_time(std::localtime(new std::time_t(0)), "%Y") << "\n";
  std::wcerr << L"wide\n";
  std::locale Utf8("C.UTF-8");
  std::cout << Utf8.name() << ' '
            << std::use_facet<std::numpunct<char>>(Utf8).decimal_point() << ' '
            << std::has_facet<std::ctype<wchar_t>>(Utf8) << "\n";
  std::ostringstream Text;
  Text.imbue(Utf8);
  Text << 1234567.25L << ' ' << static_cast<void *>(nullptr);
  std::cout << Text.str() << "\n";
  std::ifstream None("/no/such/file");
  std::cout << None.is_open() << "\n";
  std::fprintf(stdout, "last by stdio\n");
  return 0;
}
