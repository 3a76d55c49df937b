// Virtual calls on objects of classes that the compiler cannot know.

#include <cstdio>
#include <memory>
#include <vector>

namespace {

struct Shape {
  virtual ~Shape() = default;
  virtual unsigned measure(unsigned Seed) const = 0;
};
struct Square : Shape {
  unsigned Side;
  explicit Square(unsigned Side) : Side(Side) {}
  unsigned measure(unsigned Seed) const override { return Side * Side + Seed; }
};
struct Strip : Shape {
  unsigned Width;
  explicit Strip(unsigned Width) : Width(Width) {}
  unsigned measure(unsigned Seed) const override { return Width ^ Seed; }
};
struct Scaled : Shape {
  std::unique_ptr<Shape> Inner;
  explicit Scaled(std::unique_ptr<Shape> Inner) : Inner(std::move(Inner)) {}
  unsigned measure(unsigned Seed) const override {
    return 3 * Inner->measure(Seed);
  }
};

} // namespace

int main() {
  constexpr unsigned Rounds = 750000;
  std::vector<std::unique_ptr<Shape>> Shapes;
  for (unsigned I = 0; I < 1000; ++I) {
    if (I % 3 == 0)
      Shapes.push_back(std::make_unique<Square>(I));
    else if (I % 3 == 1)
      Shapes.push_back(std::make_unique<Strip>(I));
    else
      Shapes.push_back(std::make_unique<Scaled>(std::make_unique<Strip>(I)));
  }
  unsigned Total = 0;
  for (unsigned Round = 0; Round < Rounds; ++Round)
    for (const auto &Each : Shapes)
      Total += Each->measure(Total);
  std::printf("%u\n", Total);
}
