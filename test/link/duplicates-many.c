// Are all symbols told that are defined again, ten in full, whether the IR or
// objects have them; and each place of a symbol that has three?
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -c -emit-llvm %s -o main.bc
// RUN: %clang -c -emit-llvm -DALL=11 %s -o one.bc && %clang -c -emit-llvm -DALL=11 %s -o two.bc
// RUN: %clang -c -DALL=11 %s -o one.o && %clang -c -DALL=10 %s -o two.o && %clang -c -DALL=2 %s -o three.o
// RUN: not %remote-run --extra-module=one.bc --extra-module=two.bc main.bc >said 2>&1
// RUN: FileCheck %s -DONE=one.bc -DTWO=two.bc <said
// RUN: grep -c '>>> duplicate symbol: same' said | FileCheck %s --check-prefix=TEN
// RUN: not %remote-run --extra-module=one.bc --extra-object=one.o main.bc >said 2>&1
// RUN: FileCheck %s -DONE=one.bc -DTWO=one.o <said
// RUN: not %remote-run --extra-object=two.o --extra-object=one.o --extra-object=three.o main.bc 2>&1 \
// RUN:   | FileCheck %s --check-prefix=THREE
//
// CHECK: remote-run: error: 11 duplicate symbols
// CHECK-NEXT: >>> duplicate symbol: same{{[0-9]+}}
// CHECK-NEXT: >>>   defined in [[ONE]]
// CHECK-NEXT: >>>   defined in [[TWO]]
// CHECK-NEXT: >>> duplicate symbol: same
// CHECK: >>> and 1 more
// CHECK-NOT: {{.}}
// TEN: {{^}}10{{$}}
//
// THREE: remote-run: error: 10 duplicate symbols
// THREE: >>> duplicate symbol: same1
// THREE-NEXT: >>>   defined in two.o
// THREE-NEXT: >>>   defined in one.o
// THREE-NEXT: >>>   defined in three.o
// THREE: >>> duplicate symbol: same3
// THREE-NEXT: >>>   defined in two.o
// THREE-NEXT: >>>   defined in one.o
// THREE-NEXT: >>> duplicate symbol: same4
// THREE-NOT: more

#ifndef ALL
int main(void) { return 0; }
#else
int same1 = 1;
int same2(void) { return 2; }
#if ALL >= 10
int same3, same4, same5, same6, same7, same8, same9, same10;
#endif
#if ALL >= 11
int same11;
#endif
#endif
