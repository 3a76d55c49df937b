// Streams, strings, files and the numbers in them. No named locale: those of
// this machine are not for one of another byte order.

#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>

struct Noisy {
  explicit Noisy(const char *Name) : Name(Name) {
    std::cout << "made " << Name << '\n';
  }
  ~Noisy() { std::cout << "gone " << Name << '\n'; }
  const char *Name;
};

static Noisy Global("global");

int main() {
  std::ostringstream Text;
  Text << std::hex << std::showbase << 255 << ' ' << std::setprecision(12)
       << 2.0 / 3 << ' ' << std::scientific << 1e100 << ' ' << 1.5L;
  std::cout << Text.str() << '\n' << std::boolalpha << true << '\n';
  std::map<std::string, int> Counts;
  std::istringstream Words("one two three two one two");
  for (std::string Word; Words >> Word;)
    ++Counts[Word];
  for (const auto &[Word, Count] : Counts)
    std::cout << Word << ' ' << Count << '\n';
  std::smatch Match;
  std::string Line = "key = value";
  if (std::regex_match(Line, Match, std::regex("(\\w+)\\s*=\\s*(\\w+)")))
    std::cout << Match[2] << '\n';
  try {
    std::ifstream Missing;
    Missing.exceptions(std::ios::failbit);
    Missing.open("/there/is/no/such/file");
  } catch (const std::ios_base::failure &) {
    std::cerr << "no such file\n";
  }
  static Noisy Static("static");
  std::wcout << L"wide\n";
  return std::stoi("12") - 12;
}
