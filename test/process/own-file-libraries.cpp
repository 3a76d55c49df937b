// Do libraries know the program's own file: libstdc++, one that it is linked with, and
// one that it loads itself?
// RUN: %same --flags=-std=c++20 %s --case "0 standard"
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC %S/Inputs/executes.c -o libexecutes.so
// RUN: %clangxx -std=c++20 -c -emit-llvm %s -o prog.bc
// RUN: %clangxx -std=c++20 -DLINKED -c -emit-llvm %s -o linked.bc
// RUN: %remote-run -L. -lexecutes linked.bc linked | FileCheck %s -DNAME=%t/linked.bc
// RUN: %remote-run --dlopen=./libexecutes.so --stdio=forward linked.bc linked | FileCheck %s -DNAME=%t/linked.bc
// RUN: %remote-run prog.bc %t/libexecutes.so | FileCheck %s -DNAME=%t/prog.bc
// CHECK: [[NAME]]
// CHECK-NEXT: child of a library

#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <unistd.h>

#ifdef LINKED
extern "C" void executeAgain(char **Arguments);
#else
static void executeAgain(char **) {}
#endif

int main(int Count, char **Values) {
  if (Count > 2)
    return std::puts(Values[2]), 0;
  char Linked[] = "again", Text[] = "child of a library";
  char *Arguments[] = {Values[0], Linked, Text, nullptr};
  if (Values[1][0] == '/')
    reinterpret_cast<void (*)(char **)>(
        dlsym(dlopen(Values[1], RTLD_NOW), "executeAgain"))(Arguments);
  executeAgain(Arguments);
  char Own[4096] = "";
  readlink("/proc/self/exe", Own, sizeof(Own) - 1);
  std::printf("%d %d\n", std::filesystem::read_symlink("/proc/self/exe") == Own,
              std::filesystem::canonical("/proc/self/exe") == Own);
}
