// Does the report name the functions, files and lines of the way to the crash?
//
// UNSUPPORTED: sanitized-executor
// DEFINE: %{cc} = %clangxx -c -emit-llvm %s -o %t.bc
// DEFINE: %{run} = not %remote-run --signal-exit-status --disable-core-files
//
// The checks stand below the lines that they are about.
//
// With debug information, whatever the optimization and the manner of code.
// RUN: %{cc} -g -O0
// RUN: %{run} %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: %{cc} -g -O2
// RUN: %{run} %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: %{run} --relocation-model=static %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: %{run} --code-model=large %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: %{run} --part-size=1 %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: %{cc} -g -O2 -gdwarf-4 -ffunction-sections
// RUN: %{run} %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: %{cc} -gline-tables-only -O1
// RUN: %{run} %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,TABLES
//
// From the cache, too, which has nothing but objects.
// RUN: %{cc} -g -O2
// RUN: rm -rf %t.cache
// RUN: %{run} --cache=%t.cache %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: %{run} --cache=%t.cache %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: rm -rf %t.cache
// RUN: %{run} --cache=%t.cache --part-size=1 %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
// RUN: %{run} --cache=%t.cache --part-size=1 %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,LINES
//
// Without, by the names of functions.
// RUN: %{cc} -O2
// RUN: %{run} %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,NAMES
// RUN: %{run} --part-size=1 %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,NAMES
// RUN: %{cc} -g -O2
// RUN: %{run} --symbolize=names %t.bc 2>&1 | FileCheck %s --check-prefixes=CHECK,NAMES
//
// And nothing but the signal, if that is what is asked for.
// RUN: %{run} --symbolize=off %t.bc 2>&1 | FileCheck %s --check-prefix=OFF

// CHECK: {{^}}remote-run: error: program '{{.*}}' was killed by signal 11 (SIGSEGV, Segmentation fault): null pointer write at 0x4{{$}}
// CHECK-NEXT: {{^}}  thread {{[1-9][0-9]*}} (main){{$}}
// OFF: {{^}}remote-run: error: program '{{.*}}' was killed by signal 11 (SIGSEGV, Segmentation fault){{$}}
// OFF-NOT: {{.}}

#define KEPT __attribute__((noinline))

struct Node {
  int First, Second;
};
Node *volatile Nowhere = nullptr;
volatile int Count;

// Local to the file: what the linker knows of it is taken from it.
static KEPT void store(Node *To) {
  Count = Count + 1;
  To->Second = 1;
  // LINES-NEXT: {{^}}  #0 store(Node*) at {{.*}}backtrace.cpp:[[# @LINE - 1]]:14{{$}}
  // TABLES-NEXT: {{^}}  #0 store(Node*) at {{.*}}backtrace.cpp:[[# @LINE - 2]]:14{{$}}
  // NAMES-NEXT: {{^}}  #0 store(Node*)+0x{{[0-9a-f]+}} in {{.*}}.bc{{$}}
  Count = Count + 1;
}

template <typename T>
static inline __attribute__((always_inline)) void update(T *Changed) {
  store(Changed);
  // LINES-NEXT: {{^}}  #1 (inlined) void update<Node>(Node*) at {{.*}}backtrace.cpp:[[# @LINE - 1]]:3{{$}}
  // TABLES-NEXT: {{^}}  #1 (inlined) {{.*}}update{{.*}} at {{.*}}backtrace.cpp:[[# @LINE - 2]]:3{{$}}
  Count = Count + 1;
}

namespace {
struct Walker {
  KEPT int walk(Node *From) const {
    update(From);
    // LINES-NEXT: {{^}}  #2 (anonymous namespace)::Walker::walk(Node*) const at {{.*}}backtrace.cpp:[[# @LINE - 1]]:5{{$}}
    // TABLES-NEXT: {{^}}  #2 (anonymous namespace)::Walker::walk(Node*) const at {{.*}}backtrace.cpp:[[# @LINE - 2]]:5{{$}}
    // NAMES-NEXT: {{^}}  #1 (anonymous namespace)::Walker::walk(Node*) const+0x{{[0-9a-f]+}} in {{.*}}.bc{{$}}
    return Count;
  }
};
} // namespace

// In a section of its own, which starts at 0 as others do.
inline KEPT int search(Node *From) {
  int Found = Walker().walk(From);
  // LINES-NEXT: {{^}}  #3 search(Node*) at {{.*}}backtrace.cpp:[[# @LINE - 1]]:24{{$}}
  // TABLES-NEXT: {{^}}  #3 search(Node*) at {{.*}}backtrace.cpp:[[# @LINE - 2]]:24{{$}}
  // NAMES-NEXT: {{^}}  #2 search(Node*)+0x{{[0-9a-f]+}} in {{.*}}.bc{{$}}
  return Found + Count;
}

int main() {
  return search(Nowhere) + Count;
  // LINES-NEXT: {{^}}  #4 main at {{.*}}backtrace.cpp:[[# @LINE - 1]]:10{{$}}
  // TABLES-NEXT: {{^}}  #4 main at {{.*}}backtrace.cpp:[[# @LINE - 2]]:10{{$}}
  // NAMES-NEXT: {{^}}  #3 main+0x{{[0-9a-f]+}} in {{.*}}.bc{{$}}
}

// The executor, which has called main, is not part of the program.
// CHECK-NOT: {{.}}
