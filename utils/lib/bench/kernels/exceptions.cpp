// Exceptions, thrown through three functions with destructors to run.

#include <cstdio>
#include <stdexcept>
#include <string>

namespace {

struct Note {
  unsigned &Count;
  ~Note() { ++Count; }
};

[[gnu::noinline]] void descend(unsigned Depth, unsigned Round,
                               unsigned &Count) {
  Note Each{Count};
  if (Depth == 0)
    throw std::runtime_error(Round % 2 ? "odd" : "even");
  descend(Depth - 1, Round, Count);
}

} // namespace

int main() {
  constexpr unsigned Rounds = 450000;
  unsigned Count = 0, Odd = 0;
  for (unsigned Round = 0; Round < Rounds; ++Round) {
    try {
      descend(3, Round, Count);
    } catch (const std::runtime_error &Error) {
      Odd += Error.what()[0] == 'o';
    }
  }
  std::printf("%u %u\n", Count, Odd);
}
