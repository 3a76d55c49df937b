// Does a C++ object of g++'s own default, which is -fPIE in Debian, run: one
// that throws, catches and names types and objects of libstdc++?
//
// For those, g++'s -fPIE relies on copy relocations: it takes their addresses
// relative to the code.
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.cpp gcc=%t/part.cpp
// RUN: %linked main=%t/main.cpp gcc:-fPIE=%t/part.cpp
// RUN: %linked main=%t/main.cpp object:-fPIE=%t/part.cpp

//--- main.cpp
#include <iostream>
#include <typeinfo>
int part(int);
int main() {
  try {
    part(1);
  } catch (const std::exception &E) {
    std::cout << E.what() << " " << typeid(E).name() << "\n";
  }
  return part(0);
}

//--- part.cpp
#include <iostream>
#include <stdexcept>
int part(int Number) {
  std::cout << "part " << Number << std::endl;
  try {
    if (Number == 0)
      throw std::out_of_range("inside");
  } catch (const std::logic_error &E) {
    std::cout << E.what() << "\n";
    return 0;
  }
  throw std::runtime_error("outside");
}
