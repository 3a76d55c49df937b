// Are libraries of -l loaded together, as natively: may the data of one refer to
// that of a later one, and two to one another; and is what no library defines
// still reported?
//
// UNSUPPORTED: sanitized-executor
// RUN: rm -rf %t && mkdir %t
// RUN: %clang -shared -fPIC -DLIBRARY=early -DOTHER=late -DVALUE=5 %s -o %t/libearly.so
// RUN: %clang -shared -fPIC -DLIBRARY=late -DOTHER=early -DVALUE=4 %s -o %t/liblate.so
// RUN: %clang %s -L%t -Wl,--no-as-needed -learly -llate -Wl,-rpath,%t -o %t/native
// RUN: %clang -c -emit-llvm %s -o %t/prog.bc
// RUN: %t/native > %t/expected
// RUN: FileCheck %s < %t/expected
// RUN: %remote-run -L %t -learly -llate %t/prog.bc | diff %t/expected -
// RUN: %remote-run -L %t -llate -learly %t/prog.bc | diff %t/expected -
// RUN: %remote-run -L %t -learly -llate --stdio=forward %t/prog.bc | diff %t/expected -
// CHECK: early: 5, and of the other 4
// CHECK-NEXT: late: 4, and of the other 5
//
// RUN: not %remote-run -L %t -learly %t/prog.bc 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: undefined symbol: late_value
#include <stdio.h>

#define NAME2(a, b) a##_##b
#define NAME(a, b) NAME2(a, b)

#ifdef LIBRARY
extern int NAME(OTHER, value);
int NAME(LIBRARY, value) = VALUE;
int *NAME(LIBRARY, other) = &NAME(OTHER, value);
#else
extern int early_value, *early_other, late_value, *late_other;
int main(void) {
  printf("early: %d, and of the other %d\n", early_value, *early_other);
  printf("late: %d, and of the other %d\n", late_value, *late_other);
  return 0;
}
#endif
