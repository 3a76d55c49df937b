// Calls a virtual function of a class that the object is not of.

struct Shape {
  virtual int corners() { return 1; }
};
struct Number {
  virtual int value() { return 2; }
};

int main(int Count, char **) {
  Number Two;
  auto *Wrong = static_cast<Shape *>(static_cast<void *>(&Two));
  return Count > 0 ? Wrong->corners() : 0;
}
