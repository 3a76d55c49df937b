#include <cmath>
#include <iostream>
#include <stdexcept>

int main(int argc, char **) {
  try {
    throw std::runtime_error("caught");
  } catch (const std::exception &E) {
    std::cout << E.what() << ' ' << std::sin(argc - 1) << std::endl;
  }
  return 9;
}
