// std::sort of strings: templates, comparisons and moves, all in the program.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

int main() {
  constexpr int Size = 100000, Rounds = 72;
  unsigned State = 1;
  unsigned long Total = 0;
  for (int Round = 0; Round < Rounds; ++Round) {
    std::vector<std::string> Names;
    for (int I = 0; I < Size; ++I) {
      State = State * 1664525 + 1013904223;
      Names.push_back("n" + std::to_string(State));
    }
    std::sort(Names.begin(), Names.end());
    Total += Names[Size / 2].size() + Names.front()[1];
  }
  std::printf("%lu\n", Total);
}
