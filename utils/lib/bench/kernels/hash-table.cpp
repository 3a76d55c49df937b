// std::unordered_map: hashing, chains of nodes, allocation.

#include <cstdio>
#include <unordered_map>

int main() {
  constexpr unsigned Keys = 60000, Rounds = 240000000;
  std::unordered_map<unsigned, unsigned> Counts;
  unsigned State = 1;
  for (unsigned Round = 0; Round < Rounds; ++Round) {
    State = State * 1664525 + 1013904223;
    unsigned Key = (State >> 8) % Keys;
    if (State >> 28 == 0)
      Counts.erase(Key);
    else
      ++Counts[Key];
  }
  unsigned long Total = 0;
  for (const auto &[Key, Count] : Counts)
    Total += static_cast<unsigned long>(Key) * Count;
  std::printf("%zu %lu\n", Counts.size(), Total);
}
