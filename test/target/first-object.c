// Is the program the first of the dynamic linker's objects on other machines, too?
// REQUIRES: other-machines
// RUN: %same-on-targets --flags=-D_GNU_SOURCE --link="-rdynamic -Wl,--build-id -ldl" --status 0 %s
#include "../process/Inputs/first-object.h"

int main(int Count, char **Values) {
  (void)Count, (void)Values;
  showObjects();
  showThreadLocals("main");
  return 0;
}
